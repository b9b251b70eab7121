// Listening sockets: one per loop on the same address, with SO_REUSEPORT.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

struct Listening {
  std::vector<std::unique_ptr<Acceptor>> acceptors;  // one per loop, in order
  std::string address;                               // host:port as bound (port 0 is resolved)
};

// Binds once without SO_REUSEPORT first, or a second instance of the same user would share the port in
// silence. Error: unavailable, e.g. "127.0.0.1:8080 is in use by another process".
[[nodiscard]] Result<Listening> listen(const std::string& host, const std::string& port,
                                       const std::vector<Loop*>& loops);

// The next connection, TCP_NODELAY set. Waits out a shortage of descriptors. Error: cancelled once it is
// closed.
task<Result<Socket>> accept(Acceptor* acceptor);

}  // namespace holdfast::net
