// `holdfast run`: makes everything, in order of dependency, and serves until SIGTERM.
#pragma once

#include <filesystem>
#include <memory>

#include "app/configuration.hpp"
#include "config/config.hpp"
#include "config/standing.hpp"
#include "core/result.hpp"
#include "policy/engine.hpp"

namespace holdfast::app {

// What was read and checked, and from where: it is read again when it is to be exchanged.
struct Served {
  std::filesystem::path path;
  config::Standing standing;  // of before it was read
  config::Config config;
  std::shared_ptr<const policy::Policy> policy;
  Tls tls;
};

// Prints one "ready" line on stdout once both planes listen. Returns when drained. Errors name what could not
// be made and what to do.
[[nodiscard]] Result<void> serve(Served served);

}  // namespace holdfast::app
