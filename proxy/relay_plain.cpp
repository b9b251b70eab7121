// Responses that pass byte for byte: plain HTTP, and MCP messages that answer no request of the agent's.
#include <algorithm>
#include <optional>

#include "proxy/client_watch.hpp"
#include "proxy/forward.hpp"
#include "proxy/headers.hpp"
#include "proxy/relay_headers.hpp"
#include "proxy/shown_tools.hpp"

namespace holdfast::proxy {
namespace {

// What is read on behalf of a client that has left, so that the outcome can be named. A stream without end is
// not.
constexpr std::size_t kDrain = 1 << 20;

// The server's own stream (MCP GET) is silent for as long as the server has nothing to say.
bool is_server_stream(const Exchange& exchange) {
  return exchange.is_mcp() && exchange.head.method == "GET";
}

bool is_event_stream(const net::ResponseHead& head) {
  const net::HeaderLine* type = net::find_header(head.headers, "Content-Type");
  constexpr std::string_view kEvents = "text/event-stream";
  return type != nullptr && net::same_name(type->value.substr(0, kEvents.size()), kEvents);
}

// What was read, as the agent sees it: the piece itself, or `made` of it.
Result<std::string_view> shown_piece(ShownEvents* shown, std::string_view piece, std::string& made) {
  if (shown == nullptr) return piece;
  auto taken = shown->take(piece);
  if (!taken) return fail(taken.error());
  made = std::move(*taken);
  return std::string_view(made);
}

// `shown`, when something is hidden from the agent: null is byte for byte.
net::task<void> copy_body(Relay relay, ShownEvents* shown) {
  std::size_t unheard = 0;
  while (true) {
    const auto here = relay.upstream->body_here();
    Result<std::string_view> piece = here ? *here : Result<std::string_view>();
    if (!here) piece = co_await relay.upstream->read_body_some();
    std::string made;
    const bool last = piece && piece->empty();
    if (piece && !last) relay.mac->update(*piece);
    if (piece && !last) piece = shown_piece(shown, *piece, made);
    if (!piece) {
      relay.outcome->ending = Ending::outcome_unknown;
      relay.outcome->detail = piece.error().detail;
      relay.answer->abandon();
      co_return;
    }
    if (last) break;
    co_await relay.answer->piece(*piece);
    if (relay.answer->client_lost()) unheard += piece->size();
    if (unheard > kDrain) {
      relay.outcome->detail = "the agent left while the response was being sent";
      co_return;
    }
  }
  co_await relay.answer->end();
  relay.outcome->ending = Ending::succeeded;
}

// Of what somebody hides something from the agent in, the agent sees another.
bool hides_in(const Exchange& exchange, const net::ResponseHead& head) {
  return is_server_stream(exchange) && is_event_stream(head) &&
         exchange.request.snapshot->policy->hides_some();
}

}  // namespace

bool compose_whole(Relay relay, net::ResponseHead& head) {
  if (hides_in(*relay.exchange, head)) return false;
  const auto body = relay.upstream->whole_body_here();
  if (!body) return false;
  std::string session;  // keeps what the header's view points to
  head.headers = response_headers(*relay.exchange, std::move(head.headers), session);
  relay.mac->update(*body);
  relay.answer->whole(head.status, head.headers, *body);
  return true;
}

net::task<void> relay_plain(Relay relay, net::ResponseHead head) {
  // A probe has no place in a body of announced length.
  const bool watched =
      is_event_stream(head) && head.framing != net::Framing::length && relay.exchange->client != nullptr;
  std::optional<ShownEvents> shown;
  if (hides_in(*relay.exchange, head)) {
    if (is_coded(head)) {
      relay.outcome->ending = Ending::outcome_unknown;
      relay.outcome->detail = "the upstream's stream has a content coding that nobody asked for";
      co_return;
    }
    shown.emplace(relay.exchange);
    if (head.framing == net::Framing::length) head.framing = net::Framing::chunked;  // it may become shorter
  }
  std::string session;  // keeps what the header's view points to
  std::vector<net::HeaderLine> headers = response_headers(*relay.exchange, std::move(head.headers), session);
  co_await relay.answer->begin(head.status, std::move(headers), head.framing, head.content_length);
  std::optional<Listed<net::HttpClient>> stream;
  if (is_server_stream(*relay.exchange)) {
    stream.emplace(&relay.exchange->worker->streams, relay.upstream);
    relay.upstream->set_read_timeout(std::chrono::milliseconds(0));
  }
  if (!watched || !relay.exchange->client->body_finished()) {
    co_await copy_body(relay, shown ? &*shown : nullptr);
    co_return;
  }
  // A stream of events may be silent for long: only by watching do we learn that nobody listens any more.
  ClientWatch watch(relay.exchange->worker->loop, relay.exchange->client);
  net::HttpClient* upstream = relay.upstream;
  watch.start(relay.answer->event_probe(), [upstream] { upstream->cancel(); });
  co_await copy_body(relay, shown ? &*shown : nullptr);
  co_await watch.stop();
}

}  // namespace holdfast::proxy
