#include "net/sse.hpp"

#include <fmt/format.h>

namespace holdfast::net {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

// Takes a line off `text` at LF, CRLF or CR.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == text.npos) {
    text = {};
    return line;
  }
  const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  text.remove_prefix(end + (pair ? 2 : 1));
  return line;
}

SseEvent interpret(std::string raw, bool first_of_stream) {
  SseEvent event;
  event.raw = std::move(raw);
  std::string_view text = event.raw;
  if (first_of_stream && text.starts_with(kMark)) text.remove_prefix(kMark.size());
  bool has_data = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") {
      event.type = value;
    } else if (field == "data") {
      if (has_data) event.data += '\n';
      event.data += value;
      has_data = true;
    } else if (field == "id" && value.find('\0') == value.npos) {
      event.id = value;
    }
  }
  event.comment_only = !has_data;
  return event;
}

}  // namespace

Result<void> SseSplitter::feed(std::string_view bytes) {
  buffer_ += bytes;
  // Where the event at hand begins. What is before it is dropped once: after each event, small ones would
  // take the square of their number.
  std::size_t begin = 0;
  // An event ends after the second of two line ends in a row, or after a line end that starts it. A CR as the
  // last byte waits for the next: an LF would belong to it.
  while (at_ < buffer_.size()) {
    const char c = buffer_[at_];
    if (c != '\r' && c != '\n') {
      const std::size_t end = buffer_.find_first_of("\r\n", at_);
      const std::string_view text = std::string_view(buffer_).substr(at_, end - at_);
      // A byte order mark alone leaves the line empty.
      if (!(at_start_ && at_ == 0 && kMark.starts_with(text))) line_empty_ = false;
      at_ = end == std::string::npos ? buffer_.size() : end;
      continue;
    }
    if (c == '\r' && at_ + 1 == buffer_.size()) break;
    at_ += c == '\r' && buffer_[at_ + 1] == '\n' ? 2 : 1;
    if (!line_empty_) {
      line_empty_ = true;
      continue;
    }
    if (at_ - begin > max_event_) break;
    ready_.push_back(interpret(buffer_.substr(begin, at_ - begin), at_start_));
    at_start_ = false;
    begin = at_;
  }
  buffer_.erase(0, begin);
  at_ -= begin;
  if (buffer_.size() > max_event_) {
    return fail(Code::too_large, fmt::format("an event of the stream is longer than {} bytes", max_event_));
  }
  return {};
}

std::optional<SseEvent> SseSplitter::next() {
  if (ready_.empty()) return std::nullopt;
  SseEvent event = std::move(ready_.front());
  ready_.pop_front();
  return event;
}

std::string sse_event(std::string_view type, std::string_view data) {
  std::string out;
  if (!type.empty()) out = fmt::format("event: {}\n", take_line(type));
  do {
    out += fmt::format("data: {}\n", take_line(data));
  } while (!data.empty());
  return out + '\n';
}

std::string sse_with_data(const SseEvent& event, std::string_view data) {
  std::string out;
  for (std::string_view rest = event.raw; !rest.empty();) {
    const std::string_view line = take_line(rest);
    // A byte order mark at the start of a stream hides the name from the comparison, and is not needed.
    const std::string_view field = line.starts_with(kMark) ? line.substr(kMark.size()) : line;
    if (!field.empty() && field.substr(0, field.find(':')) != "data") out.append(field).append(1, '\n');
  }
  do {
    out.append("data: ").append(take_line(data)).append(1, '\n');
  } while (!data.empty());
  return out + '\n';
}

std::string sse_comment(std::string_view text) {
  std::string out;
  do {
    out += fmt::format(": {}\n", take_line(text));
  } while (!text.empty());
  return out + '\n';
}

}  // namespace holdfast::net
