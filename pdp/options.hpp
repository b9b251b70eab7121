// The plane where systems that have a proxy of their own ask us (docs/ask-only.md).
#pragma once

#include <chrono>
#include <string>

#include "core/problem.hpp"
#include "core/secret.hpp"
#include "core/tls_files.hpp"

namespace holdfast::pdp {

struct Options {
  std::string host;  // empty: there is no such plane
  std::string port;
  Secret token;  // who has it is trusted to name the agent
  // How long whoever promised to tell a call's outcome has for it.
  std::chrono::milliseconds outcome_within = std::chrono::minutes(15);
  TlsFiles tls;
  Position tls_at;
  Position at;
};

}  // namespace holdfast::pdp
