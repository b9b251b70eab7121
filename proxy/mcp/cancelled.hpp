// `notifications/cancelled` for a request that is held here.
#pragma once

#include "proxy/exchange.hpp"

namespace holdfast::proxy::mcp {

// True when the message cancels a request of the same agent and session that waits for approval, under the
// same JSON id; its waiter has been told then.
[[nodiscard]] bool cancels_held(const Exchange& exchange);

// The name a waiting request goes by.
[[nodiscard]] HeldRequestName held_name(const Exchange& exchange, std::string id);

}  // namespace holdfast::proxy::mcp
