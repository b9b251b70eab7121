// A house front: accepts connections, reads each request whole, has it answered, and writes the answer. What
// it answers is its owner's business.
#pragma once

#include <functional>
#include <memory>

#include "control/message.hpp"
#include "core/clock.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"
#include "net/server_tls.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// Loop thread only, the destructor included. Drain before destroying.
class Front {
 public:
  // The request stays with the front until the task is done.
  using Answer = std::function<net::task<Response>(Request*)>;

  // The answer to what cannot be read as a request: by the status that HTTP has for it, and the reason.
  using Refuse = std::function<Response(int status, std::string_view detail)>;

  // `longest_body`: bytes, asked before each body; a longer one is 413.
  Front(
      net::Loop* loop, const Clock* clock, std::function<std::size_t()> longest_body, Answer answer,
      Refuse refuse = [](int status, std::string_view detail) { return problem(status, detail); });
  ~Front();

  // TLS of connections from now on; null: in the clear. One that is open and would not be let in any more
  // gets no answer but that.
  void set_tls(std::shared_ptr<const net::ServerTls> tls);

  // Takes connections from the acceptor, which belongs to the loop, until drain().
  void serve(std::unique_ptr<net::Acceptor> acceptor);

  // Takes no more connections, drops those between requests, lets requests that are being answered finish for
  // a few seconds, and returns when no connection is left.
  net::task<void> drain();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::control
