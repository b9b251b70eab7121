#include "proxy/relay_headers.hpp"

#include <algorithm>

#include "proxy/headers.hpp"
#include "proxy/mcp/session.hpp"

namespace holdfast::proxy {

bool is_coded(const net::ResponseHead& head) {
  return std::any_of(head.headers.begin(), head.headers.end(), [](const net::HeaderLine& line) {
    return net::same_name(line.name, "Content-Encoding") && !net::same_name(line.value, "identity");
  });
}

std::vector<net::HeaderLine> response_headers(const Exchange& exchange, std::vector<net::HeaderLine> headers,
                                              std::string& session) {
  headers = forwardable_response(std::move(headers));
  if (!exchange.is_mcp() || exchange.request.snapshot->options.agents.size() < 2) return headers;
  for (net::HeaderLine& line : headers) {
    if (!net::same_name(line.name, "Mcp-Session-Id")) continue;
    session = mcp::bind_session(exchange.request.snapshot->session_key, exchange.request.call.agent->id,
                                exchange.request.upstream->name, line.value);
    line.value = session;
  }
  return headers;
}

}  // namespace holdfast::proxy
