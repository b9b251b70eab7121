// A configuration with everything that can be said of it before anything is opened: what `check` prints and
// `run` serves.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "core/problem.hpp"
#include "net/server_tls.hpp"
#include "policy/engine.hpp"

namespace holdfast::app {

// TLS of the agent plane's listeners, by their names; its files were read.
using AgentTls = std::map<std::string, std::shared_ptr<const net::ServerTls>>;

// Of all planes; null: in the clear.
struct Tls {
  AgentTls agents;
  std::shared_ptr<const net::ServerTls> control, pdp;
};

struct Checked {
  std::optional<config::Config> config;          // absent when problems has an error
  std::shared_ptr<const policy::Policy> policy;  // compiled; null when config is absent
  Tls tls;
  config::Standing standing;  // of before it was read
  Problems problems;          // of the files, the policy and the approval plans
  // Environment variables that stand in a secret: for config::conceal() only.
  std::map<std::string, std::string> secrets;
};

[[nodiscard]] Checked load_and_check(const std::filesystem::path& path);

}  // namespace holdfast::app
