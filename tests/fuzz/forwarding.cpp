// What goes upstream: the request that we recognised, written anew, is read by every reader, strict or
// lenient, as the one request that was judged: its method, path, headers and body, nothing dropped but what
// has to be, and nothing behind it.
#include <algorithm>
#include <array>

#include "net/http_parse.hpp"
#include "proxy/forward.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/house.hpp"
#include "tests/fuzz/lenient_rpc.hpp"
#include "tests/fuzz/read_messages.hpp"
#include "tests/fuzz/reference_http.hpp"

namespace holdfast::fuzz {
namespace {

// RFC 9110 §7.6.1 and what else may not pass; `_` reads as `-` to CGI and its heirs.
bool must_not_pass(const std::string& name) {
  static constexpr std::array<std::string_view, 22> kNames{"connection",
                                                           "keep-alive",
                                                           "proxy-connection",
                                                           "proxy-authenticate",
                                                           "proxy-authorization",
                                                           "te",
                                                           "trailer",
                                                           "transfer-encoding",
                                                           "upgrade",
                                                           "http2-settings",
                                                           "expect",
                                                           "forwarded",
                                                           "holdfast-agent-token",
                                                           "x-http-method-override",
                                                           "x-http-method",
                                                           "x-method-override",
                                                           "x-original-method",
                                                           "x-original-url",
                                                           "x-rewrite-url",
                                                           "x-original-uri",
                                                           "x-forwarded-for",
                                                           "x-forwarded-host"};
  std::string read = lower_case(name);
  std::replace(read.begin(), read.end(), '_', '-');
  const bool posing = read != lower_case(name) && (read.starts_with("content-") || read.starts_with("mcp-"));
  return posing || read.starts_with("holdfast-") ||
         std::find(kNames.begin(), kNames.end(), read) != kNames.end();
}

// Names listed in the agent's Connection headers.
std::vector<std::string> nominated(const OurMessage& message) {
  std::vector<std::string> names;
  for (const auto& [name, value] : message.headers) {
    if (lower_case(name) != "connection") continue;
    std::string list = lower_case(value) + ",";
    for (std::size_t comma = list.find(','); comma != std::string::npos; comma = list.find(',')) {
      std::string one = list.substr(0, comma);
      one.erase(0, one.find_first_not_of(" \t"));
      one.erase(one.find_last_not_of(" \t") + 1);
      names.push_back(one);
      list.erase(0, comma + 1);
    }
  }
  return names;
}

void check_headers(const OurMessage& asked, const HttpMessage& sent, bool is_mcp) {
  const auto closed = nominated(asked);
  std::size_t next = 0;  // of the agent's headers
  for (const auto& [name, value] : sent.headers) {
    const std::string lower = lower_case(name);
    if (lower == "host" || lower == "content-length") continue;
    claim(!must_not_pass(name), "a header that may not pass", name, value);
    claim(std::find(closed.begin(), closed.end(), lower) == closed.end(), "a header that Connection named",
          name);
    while (next < asked.headers.size() && asked.headers[next] != std::pair(name, value)) {
      const auto& [dropped, its_value] = asked.headers[next++];
      const std::string low = lower_case(dropped);
      claim(must_not_pass(dropped) || low == "host" || low == "content-length" ||
                low.starts_with("x-forwarded-") || (is_mcp && low == "accept-encoding") ||
                std::find(closed.begin(), closed.end(), low) != closed.end(),
            "a header is dropped only for a reason", dropped, its_value);
    }
    claim(next < asked.headers.size(), "every header sent is the agent's", name, value);
    ++next;
  }
}

void check_sent(const OurMessage& asked, const proxy::Exchange& exchange) {
  const proxy::Recognised& request = exchange.request;
  const std::string bytes = proxy::request_head(exchange) + std::string(exchange.body);
  for (const HttpManner& manner : http_manners()) {
    HttpMessage sent;
    claim(read_http_request(bytes, manner, sent) == HttpRead::complete, manner.name, bytes);
    claim(sent.used == bytes.size(), "nothing stands behind the request", manner.name, bytes);
    claim_equal(sent.method, asked.method, "the method judged is the method sent");
    claim_equal(sent.target, request.upstream_target, "the target judged is the target sent");
    claim_equal(sent.body, asked.body, "the body judged is the body sent");
    claim(!sent.chunked && (asked.request.framing != net::Framing::none) == sent.framed, "a body as asked",
          bytes);
    claim(sent.all("Host") == std::vector<std::string>{request.upstream->authority}, "our Host and no other",
          bytes);
    check_headers(asked, sent, request.upstream->protocol == Protocol::mcp);
  }
}

void check_judged(const OurMessage& asked, const proxy::Exchange& exchange) {
  const proxy::Recognised& request = exchange.request;
  claim_equal(request.call.method, asked.method, "the policy is asked about the method sent");
  if (request.upstream->protocol == Protocol::http) {
    claim(request.is_call, "every HTTP request is a call");
    std::string path = request.upstream_target.substr(request.upstream->base_path.size());
    path.erase(std::min(path.find('?'), path.size()));
    claim_equal(request.call.path, path, "the policy is asked about the path sent");
    if (request.document) {
      const auto read = read_json(asked.body, {12, false});
      claim(read.has_value(), "a body with arguments is JSON", asked.body);
      for (const auto& member : read->members)
        claim(request.call.body->find(member.name) != nullptr, "every member is judged", member.name);
    }
    return;
  }
  if (request.is_call || asked.method != "POST") return;
  const auto read = read_json(asked.body, {64, true});
  claim(read.has_value(), "an MCP message is JSON", asked.body);
  for (const std::string& method : methods_in(*read))
    claim(method != "tools/call", "no call passes unjudged", asked.body);
}

void try_one(const std::shared_ptr<const proxy::Snapshot>& house, const OurMessage& asked) {
  proxy::Exchange exchange;
  auto head = net::parse_request_head(asked.raw_head, kMaxHeaders);
  claim(head.has_value(), "a head read once is read again", asked.raw_head);
  exchange.head = *head;
  exchange.body = asked.body;
  exchange.buffered = true;
  if (!proxy::recognise_head(house, exchange.head, exchange.request)) return;
  if (!proxy::recognise_body(exchange.head, exchange.body, exchange.request)) return;
  check_sent(asked, exchange);
  check_judged(asked, exchange);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  static const auto house = snapshot();
  const OurReading reading = read_requests(text_of(data, size), Pieces::Way::whole);
  for (const OurMessage& asked : reading.messages) {
    if (asked.complete) try_one(house, asked);
  }
  return 0;
}
