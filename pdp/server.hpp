// The plane where systems that have a proxy of their own ask whether a call may be made (06-deployment, 4): a
// listener and a credential of its own. Nothing here approves anything.
#pragma once

#include <memory>

#include "control/front.hpp"
#include "net/task_group.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

// Loop thread only, the destructor included. Drain before destroying.
class Server {
 public:
  explicit Server(Context context);
  ~Server();

  // Takes connections from the acceptor, which belongs to the context's loop, until drain().
  void serve(std::unique_ptr<net::Acceptor> acceptor);

  // Another token, other TLS (null: none): from the next request on.
  void change(Options options, std::shared_ptr<const net::ServerTls> tls);

  // Its figures.
  void collect(metrics::Page* page) const;

  // Takes no more connections, and returns when no connection is left. Whoever waits is told how it stands.
  net::task<void> drain();

 private:
  const std::unique_ptr<Plane> plane_;
  control::Front front_;
  net::TaskGroup background_;
};

}  // namespace holdfast::pdp
