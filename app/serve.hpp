// `holdfast run`: makes everything, in order of dependency, and serves until SIGTERM.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"

namespace holdfast::app {

// Prints one "ready" line on stdout once both planes listen. Returns when drained. Errors name what could not
// be made and what to do.
[[nodiscard]] Result<void> serve(const config::Config& config);

}  // namespace holdfast::app
