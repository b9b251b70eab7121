// holdfast policy diff: which decisions another policy would make otherwise.
#pragma once

#include <string>

#include "app/options.hpp"

namespace holdfast::app {

// On the described calls of a file, one a line (`-`: standard input); without one on the receipt log of the
// old configuration. Bad when a decision changes, or may. The process's exit code.
[[nodiscard]] int diff_policies(const CommonOptions& options, const std::string& before,
                                const std::string& after, const std::string& calls_file);

}  // namespace holdfast::app
