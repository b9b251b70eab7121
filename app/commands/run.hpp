// holdfast run: serves until it is told to stop.
#pragma once

#include "app/options.hpp"

namespace holdfast::app {

// Prints one `ready` line with both addresses to stdout, then logs to stderr. The process's exit code.
[[nodiscard]] int run(const CommonOptions& options);

}  // namespace holdfast::app
