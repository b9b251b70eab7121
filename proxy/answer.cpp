#include "proxy/answer.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "crypto/digest.hpp"
#include "net/sse.hpp"

namespace holdfast::proxy {

namespace {

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

std::string Answer::room() const {
  return exchange_->client == nullptr ? std::string() : exchange_->worker->heads.take();
}

std::string Answer::head_text(int status, const std::vector<net::HeaderLine>& headers) const {
  const int minor = exchange_->head.minor;
  std::string text = room();
  const fmt::format_int number(status);
  text.append(minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  text.append(number.data(), number.size()).append(1, ' ').append(net::reason_phrase(status)).append("\r\n");
  for (const auto& [name, value] : headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (exchange_->request.is_call && !exchange_->call_id.empty()) {
    text.append("Holdfast-Decision: ").append(to_string(exchange_->decision.effect));
    text.append("\r\nHoldfast-Call: ").append(exchange_->call_id).append("\r\n");
    if (!exchange_->receipt_id.empty()) {
      text.append("Holdfast-Receipt: ").append(exchange_->receipt_id).append("\r\n");
    }
  }
  if (!keep_alive_) {
    text.append("Connection: close\r\n");
  } else if (minor == 0) {
    text.append("Connection: keep-alive\r\n");
  }
  return text;
}

void Answer::sent(const Result<void>& written) {
  if (!written) lost_ = true;
  if (exchange_->added.owes_answer()) exchange_->worker->metrics.answered(*exchange_);
}

bool Answer::send_now(std::string_view a, std::string_view b, std::string_view c) {
  if (exchange_->client == nullptr) lost_ = true;
  if (lost_) return true;
  pieces_ = {a, b, c};
  const auto written = exchange_->client->write_now(pieces_);
  if (written) sent(*written);
  return written.has_value();
}

net::task<void> Answer::finish() {
  const auto written = co_await exchange_->client->write_rest();
  sent(written);
}

net::task<void> Answer::send(std::string_view a, std::string_view b, std::string_view c) {
  if (!send_now(a, b, c)) co_await finish();
}

void Answer::copy(std::string_view bytes) {
  if (!keep_max_ || !copied_ || !copy_.complete) return;
  if (copy_.body.size() + bytes.size() > *keep_max_) {
    copy_.complete = false;
    copy_.body.clear();
    return;
  }
  copy_.body.append(bytes);
}

void Answer::keep_message(std::string_view message) {
  if (!keep_max_) return;
  copy_ = {};
  copied_ = true;
  copy_.status = 200;
  copy_.headers = {{"Content-Type", "application/json"}};
  copy(message);
}

std::optional<approvals::StoredResponse> Answer::kept() const {
  if (!copied_) return std::nullopt;
  approvals::StoredResponse stored = copy_;
  stored.digest = crypto::digest_text(crypto::sha256(stored.body));
  return stored;
}

net::task<void> Answer::respond(int status, HeaderList headers, std::string body) {
  started_ = true;
  closed_ = true;
  // What was not read of this request would be taken for the next one.
  if (exchange_->client != nullptr && !exchange_->client->body_finished()) keep_alive_ = false;
  std::vector<net::HeaderLine> lines;
  lines.reserve(headers.size());
  for (const auto& [name, value] : headers)
    lines.push_back({name, value});
  std::string head = head_text(status, lines);
  if (!has_no_body(status)) net::append_content_length(head, body.size());
  head += "\r\n";
  co_await send(head, exchange_->head.method == "HEAD" ? std::string_view{} : std::string_view(body), {});
}

void Answer::prepare(int status, const std::vector<net::HeaderLine>& headers, net::Framing framing,
                     std::uint64_t length) {
  started_ = true;
  if (keep_max_) {
    copied_ = true;
    copy_.status = status;
    for (const auto& line : headers)
      copy_.headers.emplace_back(line.name, line.value);
  }
  bodiless_ = has_no_body(status) || exchange_->head.method == "HEAD";
  const bool unknown_length = framing == net::Framing::chunked || framing == net::Framing::until_close;
  const bool http_1_0 = exchange_->head.minor == 0;
  // Answered before all of the request was read: what is still to come of it is not read.
  if (exchange_->client != nullptr && !exchange_->client->body_finished()) keep_alive_ = false;
  until_close_ = unknown_length && http_1_0;
  if (until_close_) keep_alive_ = false;
  pending_head_ = head_text(status, headers);
  if (framing == net::Framing::length || (framing == net::Framing::none && !bodiless_)) {
    net::append_content_length(pending_head_, length);
  } else if (unknown_length && !http_1_0) {
    pending_head_ += "Transfer-Encoding: chunked\r\n";
    chunked_ = !bodiless_;
  }
  pending_head_ += "\r\n";
}

net::task<void> Answer::begin(int status, std::vector<net::HeaderLine> headers, net::Framing framing,
                              std::uint64_t length) {
  prepare(status, headers, framing, length);
  // A body of unknown length may be slow to start: its reader wants the head now.
  const bool unknown_length = framing == net::Framing::chunked || framing == net::Framing::until_close;
  if (unknown_length || bodiless_ || length == 0) {
    const std::string head = std::move(pending_head_);
    pending_head_.clear();
    co_await send(head, {}, {});
  }
}

void Answer::whole(int status, const std::vector<net::HeaderLine>& headers, std::string_view body) {
  prepare(status, headers, net::Framing::length, body.size());
  copy(body);
  if (!bodiless_) whole_ = body;
}

bool Answer::send_whole() {
  closed_ = true;
  if (!send_now(pending_head_, whole_, {})) return false;
  if (exchange_->client != nullptr) exchange_->worker->heads.give_back(std::move(pending_head_));
  return true;
}

net::task<void> Answer::piece(std::string_view bytes) {
  copy(bytes);
  if (bodiless_ || bytes.empty()) co_return;
  if (!chunked_) {
    const std::string head = std::move(pending_head_);
    pending_head_.clear();
    co_await send(head, bytes, {});
    co_return;
  }
  const std::string size = fmt::format("{:x}\r\n", bytes.size());
  co_await send(size, bytes, "\r\n");
}

net::task<void> Answer::end() {
  closed_ = true;
  if (!pending_head_.empty()) {
    const std::string head = std::move(pending_head_);
    pending_head_.clear();
    co_await send(head, {}, {});
  }
  if (chunked_) co_await send("0\r\n\r\n", {}, {});
}

void Answer::abandon() {
  closed_ = true;
  keep_alive_ = false;
  copied_ = false;
  if (exchange_->client == nullptr) return;
  if (until_close_) {
    exchange_->client->reset();
  } else {
    exchange_->client->close();
  }
}

net::task<void> Answer::begin_events(std::vector<net::HeaderLine> headers) {
  started_ = true;
  events_ = true;
  chunked_ = exchange_->head.minor == 1;
  until_close_ = !chunked_;
  if (until_close_) keep_alive_ = false;
  if (headers.empty()) {
    headers = {
        {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
  }
  const std::string head =
      head_text(200, headers) + (chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
  co_await send(head, {}, {});
}

net::task<void> Answer::event_bytes(std::string bytes) {
  if (!chunked_) {
    co_await send(bytes, {}, {});
    co_return;
  }
  const std::string size = fmt::format("{:x}\r\n", bytes.size());
  co_await send(size, bytes, "\r\n");
}

net::task<void> Answer::end_events() {
  closed_ = true;
  if (chunked_) co_await send("0\r\n\r\n", {}, {});
}

std::string Answer::probe() const {
  if (events_) return event_probe();
  if (started_ || exchange_->head.minor == 0) return "";
  return "HTTP/1.1 102 Processing\r\n\r\n";
}

}  // namespace holdfast::proxy
