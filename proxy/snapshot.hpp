// What one configuration means to the agent plane: immutable, swapped whole. A call keeps the snapshot it was
// judged under; its views point into it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "approvals/options.hpp"
#include "net/server_tls.hpp"
#include "policy/engine.hpp"
#include "proxy/options.hpp"

namespace holdfast::proxy {

struct Snapshot {
  Options options;
  std::shared_ptr<const policy::Policy> policy;
  std::shared_ptr<const approvals::Options> approvals;  // for the groups in receipts
  std::string policy_digest;                            // of the loaded files, 05-receipts
  // Binds MCP sessions to agents when there are several; marks credentials that approvers do not see in
  // clear.
  std::string session_key;
  // Of the listeners with TLS, by their names (Entrance::listener).
  std::map<std::string, std::shared_ptr<const net::ServerTls>> tls;
  Agent anonymous;  // who an unidentified caller is
};

}  // namespace holdfast::proxy
