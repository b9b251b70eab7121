// The control plane's front door.
#pragma once

#include <string>
#include <vector>

#include "approvals/options.hpp"
#include "core/problem.hpp"
#include "core/secret.hpp"
#include "core/tls_files.hpp"

namespace holdfast::control {

// Somebody with a credential of this plane who votes on nothing.
struct TokenHolder {
  std::string id;
  Secret token;
  approvals::Roles roles;
  Position at;
};

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8081";
  // Public base used in links, no slash at the end; default http://<listen>, or https:// with TLS.
  std::string url;
  bool public_metrics = true;  // metrics.public: /metrics asks nobody for a token
  std::vector<TokenHolder> tokens = {};
  TlsFiles tls = {};
  Position tls_at = {};
};

}  // namespace holdfast::control
