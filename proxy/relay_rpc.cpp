// The answer to a JSON-RPC request of the agent's. It must carry the request's own id, or the outcome is
// unknown (03-calls "Responses"); JSON becomes an event when the agent is already being sent events.
#include <fmt/format.h>

#include <algorithm>

#include "core/json_text.hpp"
#include "net/sse.hpp"
#include "proxy/client_watch.hpp"
#include "proxy/forward.hpp"
#include "proxy/relay_headers.hpp"
#include "proxy/shown_tools.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::size_t kReplyDepth = 512;

std::size_t largest_reply(const Relay& relay) {
  return relay.exchange->request.snapshot->options.limits.reply;
}

enum class Reply { ours, other_message, not_ours };

// A message with a method is the server's own request or notification; anything else must answer our id.
Reply classify(const Exchange& exchange, std::string_view text) {
  const auto document = json::parse(text, {text.size(), kReplyDepth});
  if (!document || !document->root().is(json::Kind::object)) return Reply::not_ours;
  const json::Value& root = document->root();
  if (root.find("method") != nullptr) return Reply::other_message;
  const json::Value* id = root.find("id");
  const bool complete = (root.find("result") != nullptr) != (root.find("error") != nullptr);
  return id != nullptr && complete && mcp::id_text(*id) == exchange.request.message->id ? Reply::ours
                                                                                        : Reply::not_ours;
}

void unknown(Relay relay, std::string why) {
  relay.outcome->ending = Ending::outcome_unknown;
  relay.outcome->detail = std::move(why);
}

net::task<Result<std::string>> read_all(Relay relay) {
  std::string body;
  while (true) {
    const auto piece = co_await relay.upstream->read_body_some();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return body;
    relay.mac->update(*piece);
    if (body.size() + piece->size() > largest_reply(relay))
      co_return fail(Code::too_large, "the upstream's reply is larger than limits.reply");
    body.append(*piece);
  }
}

// An upstream's refusal (not 2xx) after our events have begun.
std::string status_error(const Exchange& exchange, int status) {
  json::ObjectText data;
  data.set("status", status);
  json::ObjectText error;
  error.set("code", -32603).set("message", fmt::format("the upstream answered with status {}", status));
  error.set("data", data);
  json::ObjectText message;
  message.set("jsonrpc", "2.0").set_raw("id", exchange.request.message->id).set("error", error);
  return message.text();
}

net::task<void> send_message(Relay relay, net::ResponseHead head, std::string text) {
  relay.answer->keep_message(text);
  if (relay.answer->streaming_events()) {
    std::string event = net::sse_event("", text);
    co_await relay.answer->event_bytes(std::move(event));
    co_await relay.answer->end_events();
    co_return;
  }
  std::string session;
  std::vector<net::HeaderLine> headers = response_headers(*relay.exchange, std::move(head.headers), session);
  co_await relay.answer->begin(head.status, std::move(headers), net::Framing::length, text.size());
  co_await relay.answer->piece(text);
  co_await relay.answer->end();
}

net::task<void> relay_json(Relay relay, net::ResponseHead head) {
  auto body = co_await read_all(relay);
  if (!body) {
    unknown(relay, body.error().detail);
    co_return;
  }
  const bool success = head.status >= 200 && head.status < 300;
  if (success && classify(*relay.exchange, *body) != Reply::ours) {
    unknown(relay, "the upstream's reply does not answer this request");
    co_return;
  }
  if (success && asks_for_tools(*relay.exchange)) body = shown_tools(*relay.exchange, std::move(*body));
  if (!body) {
    unknown(relay, "the upstream's list of tools cannot be read: " + body.error().detail);
    co_return;
  }
  relay.outcome->ending = Ending::succeeded;
  std::string text = std::move(*body);
  if (!success && relay.answer->streaming_events()) text = status_error(*relay.exchange, head.status);
  co_await send_message(relay, std::move(head), std::move(text));
}

// What a stream of events has shown so far.
struct Stream {
  bool answered = false;   // our reply has been passed on
  bool resumable = false;  // it has event ids: the client may take it up again
  bool faulty = false;     // it broke a rule, and is not passed on any further
};

void find_fault(Relay relay, Stream* stream, std::string why) {
  stream->faulty = true;
  unknown(relay, std::move(why));
}

// Our reply, as the agent sees it.
void show_reply(Relay relay, net::SseEvent& event, Stream* stream) {
  if (asks_for_tools(*relay.exchange)) {
    auto shown = shown_tools(*relay.exchange, event.data);
    if (!shown)
      return find_fault(relay, stream,
                        "the upstream's list of tools cannot be read: " + shown.error().detail);
    if (*shown != event.data) event.raw = net::sse_with_data(event, *shown);
    event.data = std::move(*shown);
  }
  stream->answered = true;
  relay.outcome->ending = Ending::succeeded;
  relay.answer->keep_message(event.data);
}

// What an event means for the outcome. Clients read messages from events of the type `message` only (WHATWG
// HTML §9.2.6: the type of those that name none).
void judge_event(Relay relay, net::SseEvent& event, Stream* stream) {
  if (!event.id.empty()) stream->resumable = true;
  if (event.data.empty()) return;
  const bool is_message = event.type.empty() || event.type == "message";
  const Reply reply = classify(*relay.exchange, event.data);
  if (reply == Reply::other_message || (reply == Reply::not_ours && !is_message)) return;
  if (reply == Reply::not_ours || !is_message)
    return find_fault(relay, stream, "the upstream's stream holds a reply that is not to this request");
  if (stream->answered) return find_fault(relay, stream, "the upstream answered this request twice");
  show_reply(relay, event, stream);
}

// Passes events on as they come, and looks for ours.
net::task<void> copy_events(Relay relay, Stream* stream) {
  net::SseSplitter splitter(largest_reply(relay));
  while (true) {
    const auto piece = co_await relay.upstream->read_body_some();
    if (!piece) {
      // After our reply a stream may end as it likes, but not go on as something else.
      if (piece.error().code == Code::malformed) find_fault(relay, stream, piece.error().detail);
      if (!stream->answered) unknown(relay, piece.error().detail);
      co_return;
    }
    if (piece->empty()) co_return;
    relay.mac->update(*piece);
    if (const auto fed = splitter.feed(*piece); !fed) {
      find_fault(relay, stream, "an event of the upstream is larger than limits.reply");
      co_return;
    }
    while (auto event = splitter.next()) {
      judge_event(relay, *event, stream);
      if (stream->faulty) co_return;
      co_await relay.answer->event_bytes(std::move(event->raw));
    }
  }
}

net::task<void> relay_events(Relay relay, net::ResponseHead head) {
  const bool began = relay.answer->streaming_events();
  if (!began) {
    std::string session;
    std::vector<net::HeaderLine> headers =
        response_headers(*relay.exchange, std::move(head.headers), session);
    co_await relay.answer->begin_events(std::move(headers));
  }
  unknown(relay, "the upstream's stream ended without a reply to this request");
  Stream stream;
  co_await copy_events(relay, &stream);
  // A stream without our reply ends with a refusal of the pipeline's, unless the client may take it up again.
  if (stream.faulty && stream.answered) {
    relay.answer->abandon();
  } else if (stream.answered || (stream.resumable && !stream.faulty)) {
    co_await relay.answer->end_events();
  }
}

}  // namespace

net::task<void> relay_rpc(Relay relay, net::ResponseHead head) {
  const net::HeaderLine* type = net::find_header(head.headers, "Content-Type");
  if (is_coded(head)) {
    unknown(relay, "the upstream's reply has a content coding that nobody asked for");
    co_return;
  }
  const bool events = type != nullptr && net::to_lower(type->value).starts_with("text/event-stream");
  if (events && head.status >= 200 && head.status < 300) {
    co_await relay_events(relay, std::move(head));
  } else {
    co_await relay_json(relay, std::move(head));
  }
}

}  // namespace holdfast::proxy
