// Heads of HTTP/1.1 messages as read: views into the stream's own buffer, valid until its next head is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net {

struct HeaderLine {
  std::string_view name;   // as sent
  std::string_view value;  // without surrounding white space
};

using HeaderList = std::vector<HeaderLine>;
// Room for so many is made at once. A longer list's memory is not kept for the next message.
inline constexpr std::size_t kUsualHeaders = 16;

// How the end of a body is known (RFC 9112 §6.3).
enum class Framing : std::uint8_t { none, length, chunked, until_close };

struct RequestHead {
  std::string_view method;
  std::string_view target;
  int minor = 1;  // HTTP/1.<minor>
  std::vector<HeaderLine> headers;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;
  int minor = 1;
  std::vector<HeaderLine> headers;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

// Appends the whole line, with its CRLF.
void append_content_length(std::string& head, std::uint64_t length);

// Names compare without case (RFC 9110 §5.1). Here, so that it is inlined: every line is compared with
// several.
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] constexpr bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  // Other names mostly begin otherwise, and the same one is mostly written alike.
  if (!a.empty() && lower(a.front()) != lower(b.front())) return false;
  if (a == b) return true;
  for (std::size_t i = 1; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// The first of that name, or null.
[[nodiscard]] const HeaderLine* find_header(const std::vector<HeaderLine>& headers, std::string_view name);
[[nodiscard]] std::size_t count_headers(const std::vector<HeaderLine>& headers, std::string_view name);
// The phrase registered for a status (RFC 9110 §15); empty for others, as it may be on the wire.
[[nodiscard]] std::string_view reason_phrase(int status);
[[nodiscard]] std::string to_lower(std::string_view text);  // ASCII

// Without the spaces and tabs around it.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

// True when `token` stands in a comma-separated list, without case (Connection, Accept without parameters).
[[nodiscard]] bool list_has(std::string_view list, std::string_view token);

}  // namespace holdfast::net
