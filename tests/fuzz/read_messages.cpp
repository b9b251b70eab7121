#include "tests/fuzz/read_messages.hpp"

#include <cstring>

#include "net/http_parse.hpp"
#include "net/message_buffer.hpp"
#include "tests/fuzz/claim.hpp"

namespace holdfast::fuzz {
namespace {

class Connection {
 public:
  Connection(std::string_view stream, Pieces::Way way, bool requests)
      : stream_(stream), pieces_(stream, way), buffer_(kMaxHead, requests) {}

  // False when nothing is left to come.
  bool fill() {
    if (pieces_.empty()) return false;
    const auto room = buffer_.room();
    const std::string_view piece = pieces_.next(room.size());
    std::memcpy(room.data(), piece.data(), piece.size());
    buffer_.filled(piece.size());
    arrived_ += piece.size();
    return true;
  }

  // Reads a head's bytes; false at the stream's end or an error, which `out.end` tells.
  bool head(OurReading& out, OurMessage& message) {
    buffer_.next_message();
    auto raw = buffer_.head();
    while (raw && !*raw) {
      if (!fill()) return false;
      raw = buffer_.head();
    }
    if (!raw) {
      out.end = End::refused;
      return false;
    }
    message.raw_head = **raw;
    return true;
  }

  void keep(OurMessage& message, const std::vector<net::HeaderLine>& headers) {
    for (const auto& [name, value] : headers)
      message.headers.emplace_back(name, value);
  }

  bool body(OurReading& out, OurMessage& message, net::Framing framing, std::uint64_t length, bool ended) {
    buffer_.start_body(framing, length);
    while (true) {
      const auto piece = buffer_.piece();
      if (!piece) {
        out.end = End::refused;
        return false;
      }
      if (*piece && (*piece)->empty()) break;
      if (*piece) {
        message.body += **piece;
        continue;
      }
      if (fill()) continue;
      if (!ended || !buffer_.peer_ended()) return false;
    }
    claim(buffer_.body_finished(), "a body that ended is finished");
    message.complete = true;
    message.rest = stream_.substr(arrived_ - buffer_.unread().size());
    return true;
  }

  [[nodiscard]] bool done() const { return pieces_.empty() && buffer_.unread().empty(); }

 private:
  std::string_view stream_;
  Pieces pieces_;
  net::MessageBuffer buffer_;
  std::size_t arrived_ = 0;
};

}  // namespace

OurReading read_requests(std::string_view stream, Pieces::Way way) {
  OurReading out;
  Connection connection(stream, way, true);
  while (!connection.done()) {
    OurMessage message;
    if (!connection.head(out, message)) return out;
    auto head = net::parse_request_head(message.raw_head, kMaxHeaders);
    if (!head) {
      out.end = End::refused;
      return out;
    }
    message.request = *head;
    message.method = head->method;
    message.target = head->target;
    connection.keep(message, head->headers);
    const bool whole = connection.body(out, message, head->framing, head->content_length, false);
    out.messages.push_back(std::move(message));
    if (!whole) return out;
  }
  return out;
}

OurReading read_response(std::string_view stream, std::string_view method, bool ended, Pieces::Way way) {
  OurReading out;
  Connection connection(stream, way, false);
  OurMessage message;
  if (!connection.head(out, message)) return out;
  auto head = net::parse_response_head(message.raw_head, kMaxHeaders, method);
  if (!head) {
    out.end = End::refused;
    return out;
  }
  message.response = *head;
  message.reason = head->reason;
  connection.keep(message, head->headers);
  connection.body(out, message, head->framing, head->content_length, ended);
  out.messages.push_back(std::move(message));
  return out;
}

void claim_same(const OurReading& one, const OurReading& other) {
  claim(one.end == other.end, "a stream is refused or not, however it arrives");
  claim(one.messages.size() == other.messages.size(), "as many messages, however they arrive");
  for (std::size_t i = 0; i < one.messages.size(); ++i) {
    const OurMessage& a = one.messages[i];
    const OurMessage& b = other.messages[i];
    claim_equal(a.raw_head, b.raw_head, "the same head, however it arrives");
    claim(a.complete == b.complete, "complete, however it arrives");
    claim_equal(a.body, b.body, "the same body, however it arrives");
    claim_equal(a.rest, b.rest, "the same rest, however it arrives");
  }
}

}  // namespace holdfast::fuzz
