// The headers of an upstream's response as the agent sees them.
#pragma once

#include <string>
#include <vector>

#include "net/http_message.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// forwardable_response(), with the MCP session bound to the agent when there are several agents, and without
// what is about the body's bytes where tools may be left out of it. `session` keeps what the views point to.
[[nodiscard]] std::vector<net::HeaderLine> response_headers(const Exchange& exchange,
                                                            std::vector<net::HeaderLine> headers,
                                                            std::string& session);

// We ask for no coding. Of a body that says it has one, the agent would read something else than we.
[[nodiscard]] bool is_coded(const net::ResponseHead& head);

}  // namespace holdfast::proxy
