// The control plane's server: a front whose requests are answered by the endpoint table.
#pragma once

#include <memory>

#include "control/front.hpp"
#include "control/plane.hpp"
#include "net/listener.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// Loop thread only, the destructor included. Drain before destroying.
class Server {
 public:
  explicit Server(Context context);
  ~Server();

  // Takes connections from the acceptor, which belongs to the context's loop, until drain().
  void serve(std::unique_ptr<net::Acceptor> acceptor);

  // Another roster, other tokens, other TLS (null: none): from the next request on. A request that is being
  // answered was admitted by those before.
  void change(std::shared_ptr<const approvals::Options> approvals, Options options,
              std::shared_ptr<const net::ServerTls> tls);

  // Takes no more connections, drops those between requests, lets requests that are being answered finish for
  // a few seconds, and returns when no connection is left.
  net::task<void> drain();

 private:
  const std::unique_ptr<Plane> plane_;
  Front front_;
};

}  // namespace holdfast::control
