// What is said of a command line that cannot be understood.
#pragma once

#include <CLI/CLI.hpp>

namespace holdfast::app {

// Prints help to standard output, mistakes to standard error, and returns the exit code. A command that is
// not there is named, with the nearest one and all there are.
[[nodiscard]] int tell(const CLI::App& root, const CLI::ParseError& mistake);

}  // namespace holdfast::app
