#include "proxy/forward.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/json_text.hpp"
#include "crypto/hmac.hpp"
#include "proxy/client_watch.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/headers.hpp"
#include "proxy/mcp/cancelled.hpp"
#include "proxy/mcp/session.hpp"
#include "proxy/override_search.hpp"

namespace holdfast::proxy {
std::string request_head(const Exchange& exchange, std::string text) {
  const Recognised& request = exchange.request;
  text.append(exchange.head.method)
      .append(1, ' ')
      .append(request.upstream_target)
      .append(" HTTP/1.1\r\nHost: ");
  text.append(request.upstream->preserve_host ? request.sent_host
                                              : std::string_view(request.upstream->authority));
  text.append("\r\n");
  for (const net::HeaderLine& line : request.headers) {
    text.append(line.name).append(": ").append(line.value).append("\r\n");
  }
  for (const InjectedHeader& ours : request.upstream->inject) {
    text.append(ours.name).append(": ").append(ours.value.reveal_secret()).append("\r\n");
  }
  if (exchange.buffered ? exchange.head.framing != net::Framing::none
                        : exchange.head.framing == net::Framing::length) {
    const std::uint64_t length = exchange.buffered ? exchange.body.size() : exchange.head.content_length;
    net::append_content_length(text, length);
  } else if (exchange.head.framing == net::Framing::chunked) {
    text.append("Transfer-Encoding: chunked\r\n");
  }
  text.append("\r\n");
  return text;
}

namespace {

// A body on its way through: hashed as it leaves, so that its digest is that of the bytes written.
struct Upload {
  Upload(Exchange* its_exchange, net::HttpClient* its_upstream)
      : exchange(its_exchange),
        upstream(its_upstream),
        search(its_exchange->request.content_type),
        mac(its_exchange->nonce) {}

  // Why a piece that has come must not leave, or null.
  [[nodiscard]] const char* why_not(std::string_view piece) {
    // Like the first byte, each piece is handed on in the event in which the kill switch was read.
    if (is_halted(*exchange)) return "everything is halted by an operator";
    return exchange->request.search_body && search.finds(piece) ? OverrideSearch::kFound : nullptr;
  }

  Exchange* exchange;
  net::HttpClient* upstream;
  OverrideSearch search;
  crypto::Sha256 hash;
  crypto::HmacSha256 mac;
  bool complete = false;
  bool client_failed = false;
  const char* cut = nullptr;  // why the rest was not sent
};

net::task<void> upload_body(Upload* upload) {
  const bool chunked = upload->exchange->head.framing == net::Framing::chunked;
  while (true) {
    const auto piece = co_await upload->exchange->client->read_body_some();
    if (!piece) {
      upload->client_failed = true;
      upload->upstream->cancel();
      co_return;
    }
    upload->cut = upload->why_not(*piece);
    if (upload->cut != nullptr) {
      upload->upstream->cancel();
      co_return;
    }
    upload->hash.update(*piece);
    upload->exchange->streamed += piece->size();
    upload->mac.update(*piece);
    const bool last = piece->empty();
    if (last && !chunked) break;
    const std::string size = chunked ? fmt::format("{:x}\r\n", piece->size()) : std::string();
    const std::array<std::string_view, 3> pieces{size, *piece, chunked ? "\r\n" : ""};
    const auto written = co_await upload->upstream->write(pieces);
    if (!written) co_return;  // the upstream may have answered already: its response tells
    if (last) break;
  }
  upload->complete = true;
}

// In lower case and in order, as JSON; empty when there are none.
std::string injected_names(const Upstream& upstream) {
  if (upstream.inject.empty()) return {};
  std::vector<std::string> names;
  for (const InjectedHeader& ours : upstream.inject)
    names.push_back(net::to_lower(ours.name));
  std::sort(names.begin(), names.end());
  return json::strings_text(names);
}

void fail_outcome(Outcome& outcome, const net::HttpClient& upstream, const std::string& why) {
  outcome.ending = upstream.accepted() ? Ending::outcome_unknown : Ending::upstream_failed;
  outcome.detail = why;
}

bool is_rpc_answer(const Exchange& exchange) {
  return exchange.is_mcp() && exchange.is_rpc_request();
}

net::task<void> relay_response(Relay relay) {
  auto head = co_await relay.upstream->read_head(std::string(relay.exchange->head.method));
  if (!head) {
    fail_outcome(*relay.outcome, *relay.upstream, head.error().detail);
    co_return;
  }
  relay.exchange->added.came_back(relay.exchange->worker->shared->clock->steady());
  relay.outcome->status = head->status;
  if (is_rpc_answer(*relay.exchange)) {
    co_await relay_rpc(relay, std::move(*head));
  } else if (compose_whole(relay, *head)) {
    if (relay.exchange->worker->in_company()) co_await relay.exchange->worker->loop->turn().end();
    if (!relay.answer->send_whole()) co_await relay.answer->finish();
    relay.upstream->take_back(std::move(head->headers));
    relay.outcome->ending = Ending::succeeded;
  } else {
    co_await relay_plain(relay, std::move(*head));
  }
}

// What became of writing a body that was read whole, behind its head. False: nothing has left.
bool has_left(Relay relay, const Result<void>& written, std::string head) {
  if (!written && !relay.upstream->accepted()) {
    fail_outcome(*relay.outcome, *relay.upstream, written.error().detail);
    return false;
  }
  // What waits for an answer keeps no more than it needs.
  relay.exchange->worker->heads.give_back(std::move(head));
  // Now, while the upstream works, and not when the agent waits for the answer.
  relay.outcome->raw = relay.mac->update(relay.exchange->body).finish();
  // A write that failed half-way may still have been answered (413 and close): the response tells.
  return true;
}

// The body streams: it leaves while the response may already come back.
net::task<void> exchange_streaming(Relay relay, std::string head) {
  const std::array<std::string_view, 1> pieces{head};
  const auto written = co_await relay.upstream->write(pieces);
  if (!written) {
    fail_outcome(*relay.outcome, *relay.upstream, written.error().detail);
    relay.answer->close_after();
    co_return;
  }
  Upload upload(relay.exchange, relay.upstream);
  net::TaskGroup group(relay.exchange->worker->loop);
  group.spawn(upload_body(&upload));
  co_await relay_response(relay);
  if (!upload.complete) {
    // Answered before all was sent: the rest is not read, and neither connection can be used again.
    relay.answer->close_after();
    if (upload.cut == nullptr) relay.exchange->client->close();
  }
  co_await group.wait();
  if (upload.cut != nullptr && relay.outcome->ending != Ending::succeeded)
    relay.outcome->detail = fmt::format("{}; the rest of this call's body was not sent", upload.cut);
  if (upload.client_failed && relay.outcome->ending != Ending::succeeded) {
    relay.answer->set_client_lost();
    relay.outcome->detail = "the agent's body ended before it was complete";
  }
  if (!upload.complete) co_return;
  const crypto::Hash content = upload.hash.finish();
  relay.outcome->sent =
      crypto::request_digest(components_of(relay.exchange->request, content), relay.exchange->nonce);
  relay.outcome->raw = upload.mac.finish();
}

}  // namespace

net::task<Outcome> forward(Permit permit, Exchange* exchange, std::unique_ptr<net::HttpClient> upstream,
                           Answer* answer) {
  const Clock& clock = *exchange->worker->shared->clock;
  Outcome outcome;
  outcome.start = clock.wall();
  outcome.injected = injected_names(*exchange->request.upstream);
  crypto::HmacSha256 mac(exchange->nonce);
  const Relay relay{exchange, upstream.get(), answer, &outcome, &mac};
  std::optional<Listed<net::HttpClient>> listed(std::in_place, &exchange->worker->sending, upstream.get());
  std::string head = request_head(*exchange, exchange->worker->heads.take());
  if (is_halted(*exchange)) {
    listed.reset();
    exchange->worker->pool.give_back(std::move(upstream));
    co_return halted_outcome();
  }
  const mcp::Sent sent(*exchange);
  const bool buffered = exchange->buffered || exchange->head.framing == net::Framing::none;
  exchange->added.sent(clock.steady());
  if (buffered) {
    outcome.sent = permit.digest();
    // In one writev.
    const std::array<std::string_view, 2> pieces{head, exchange->body};
    auto written = upstream->write_now(pieces);
    if (!written) written = co_await upstream->write_rest();
    if (has_left(relay, *written, std::move(head))) co_await relay_response(relay);
  } else {
    co_await exchange_streaming(relay, std::move(head));
  }
  outcome.end = clock.wall();
  if (outcome.ending == Ending::outcome_unknown && outcome.detail.empty())
    outcome.detail = "the upstream did not answer completely";
  if (outcome.ending == Ending::upstream_failed) {
    outcome.sent.clear();
    outcome.raw.reset();
    outcome.injected.clear();
  }
  if (outcome.status != 0) outcome.response = mac.finish();
  listed.reset();
  exchange->worker->pool.give_back(std::move(upstream));
  co_return outcome;
}

}  // namespace holdfast::proxy
