// holdfast policy: what a policy says of calls that nobody makes. Nothing is sent, held or recorded.
#pragma once

#include <string>

#include "app/options.hpp"

namespace holdfast::app {

// Why a described call would be decided as it would. `-`: from standard input. The process's exit code, as of
// all of them.
[[nodiscard]] int explain_call(const CommonOptions& options, const std::string& call_file);

// Runs `tests:`. Bad when one fails.
[[nodiscard]] int test_policy(const CommonOptions& options);

// What is allowed but hardly meant. Bad on an error, and with `strict` on a warning.
[[nodiscard]] int lint_policy(const CommonOptions& options, bool strict);

}  // namespace holdfast::app
