// Server-sent events (WHATWG HTML §9.2): splitting a stream into events, and writing them.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::net {

struct SseEvent {
  std::string raw;   // its exact bytes, blank line included
  std::string type;  // empty: message
  std::string data;
  std::string id;
  bool comment_only = false;  // nothing a client would dispatch
};

// Feeds on a byte stream in any pieces; takes LF, CRLF and CR, and a byte order mark at the start.
class SseSplitter {
 public:
  explicit SseSplitter(std::size_t max_event) : max_event_(max_event) {}
  // Error: too_large, an event over the limit.
  Result<void> feed(std::string_view bytes);
  [[nodiscard]] std::optional<SseEvent> next();
  // What came after the last blank line (an event the stream never finished).
  [[nodiscard]] std::string_view rest() const { return buffer_; }

 private:
  std::size_t max_event_;
  std::string buffer_;      // the event that is not finished
  std::size_t at_ = 0;      // how far it has been looked at
  bool line_empty_ = true;  // the line being looked at
  bool at_start_ = true;    // of the stream
  std::deque<SseEvent> ready_;
};

// `event:` (unless empty), `data:` line by line, blank line.
[[nodiscard]] std::string sse_event(std::string_view type, std::string_view data);
// The event as it stands, but for its data.
[[nodiscard]] std::string sse_with_data(const SseEvent& event, std::string_view data);
[[nodiscard]] std::string sse_comment(std::string_view text);

}  // namespace holdfast::net
