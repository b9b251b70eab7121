#include "proxy/relay_headers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "proxy/headers.hpp"
#include "proxy/mcp/session.hpp"
#include "proxy/shown_tools.hpp"

namespace holdfast::proxy {

bool is_coded(const net::ResponseHead& head) {
  return std::any_of(head.headers.begin(), head.headers.end(), [](const net::HeaderLine& line) {
    return net::same_name(line.name, "Content-Encoding") && !net::same_name(line.value, "identity");
  });
}

namespace {

// What is about the bytes of the body (RFC 9530, RFC 9110 §8.8.3, RFC 9421). Of one that is shown with tools
// left out it would be about another one, and tell that there is another one.
std::vector<net::HeaderLine> without_digests(std::vector<net::HeaderLine> headers) {
  constexpr std::array<std::string_view, 7> kAboutTheBytes{
      "Content-Digest", "Repr-Digest", "Digest", "Content-MD5", "ETag", "Signature", "Signature-Input"};
  std::erase_if(headers, [&](const net::HeaderLine& line) {
    return std::any_of(kAboutTheBytes.begin(), kAboutTheBytes.end(),
                       [&](std::string_view name) { return net::same_name(line.name, name); });
  });
  return headers;
}

}  // namespace

std::vector<net::HeaderLine> response_headers(const Exchange& exchange, std::vector<net::HeaderLine> headers,
                                              std::string& session) {
  headers = forwardable_response(std::move(headers));
  if (may_be_cut(exchange)) headers = without_digests(std::move(headers));
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
