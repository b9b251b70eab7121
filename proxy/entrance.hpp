// By which way a connection came in, and what it showed there once for all its requests.
#pragma once

#include <memory>
#include <string>

#include "net/server_tls.hpp"

namespace holdfast::proxy {

struct Entrance {
  std::string listener;                                       // its name; empty: agent_plane.listen
  std::shared_ptr<const net::ClientCertificate> certificate;  // null: none
};
using EntrancePtr = std::shared_ptr<const Entrance>;

// Of a request that came in by none: one that was stored.
[[nodiscard]] inline const EntrancePtr& no_entrance() {
  static const EntrancePtr none = std::make_shared<const Entrance>();
  return none;
}

}  // namespace holdfast::proxy
