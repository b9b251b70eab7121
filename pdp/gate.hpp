// The endpoints that somebody else's proxy asks before it lets a request through: 200 is yes, and every no is
// 403, because a proxy takes any 2xx for a yes, and may take a 5xx for one (Envoy's failure_mode_allow).
#pragma once

#include <string_view>

#include "net/task.hpp"
#include "pdp/original.hpp"

namespace holdfast::pdp {

// A call that needs approval is refused with its approval id; the same call again, once it is approved, is
// let through once. What is no call (an MCP handshake) passes.
net::task<Response> ask_gate(Plane* plane, const Request* request, Setting setting);

// The answer to what cannot be read as a request at all, whichever endpoint it was for: HTTP's own statuses
// for that are no no to every proxy (501).
[[nodiscard]] Response refuse_unread(std::string_view detail);

}  // namespace holdfast::pdp
