// holdfast check: every mistake of a configuration at once.
#pragma once

#include "app/options.hpp"

namespace holdfast::app {

// `strict` makes warnings errors. The process's exit code.
[[nodiscard]] int check(const CommonOptions& options, bool strict);

}  // namespace holdfast::app
