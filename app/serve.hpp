// `holdfast run`: makes everything, in order of dependency, and serves until SIGTERM.
#pragma once

#include <memory>

#include "config/config.hpp"
#include "core/result.hpp"
#include "policy/engine.hpp"

namespace holdfast::app {

// Prints one "ready" line on stdout once both planes listen. Returns when drained. Errors name what could not
// be made and what to do.
[[nodiscard]] Result<void> serve(config::Config config, std::shared_ptr<const policy::Policy> policy);

}  // namespace holdfast::app
