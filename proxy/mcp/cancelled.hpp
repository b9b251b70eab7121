// `notifications/cancelled` for a request that is held here, or that an upstream works on.
#pragma once

#include "proxy/exchange.hpp"

namespace holdfast::proxy::mcp {

// True when the message cancels a request of the same agent and session that waits for approval, under the
// same JSON id; its waiter has been told then.
[[nodiscard]] bool cancels_held(const Exchange& exchange);

// True, and only once, when the message is a short cancellation of a request of the same agent and session
// that an upstream works on. Anything longer could carry something away while everything is halted.
[[nodiscard]] bool cancels_sent(const Exchange& exchange);

// A JSON-RPC request is known as sent for as long as this lives; what is none is not.
class Sent {
 public:
  explicit Sent(const Exchange& exchange);
  ~Sent();
  Sent(const Sent&) = delete;
  Sent& operator=(const Sent&) = delete;

 private:
  HeldRequests* requests_ = nullptr;
  HeldRequestName name_;
  HeldRequests::Ticket ticket_ = 0;
};

// The name a waiting request goes by.
[[nodiscard]] HeldRequestName held_name(const Exchange& exchange, std::string id);

}  // namespace holdfast::proxy::mcp
