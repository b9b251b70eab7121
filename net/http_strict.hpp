// The grammar of a head (RFC 9112), as narrow as it can be: what is accepted has exactly one reading. A head
// is read once, by this; that Beast and the lenient readers we know of see the same in it is asserted by
// tests/fuzz, and by a scenario for nginx and Node. Pure.
#pragma once

#include <string_view>

#include "net/http_message.hpp"

namespace holdfast::net {

[[nodiscard]] bool is_token(std::string_view text);  // RFC 9110 §5.6.2
[[nodiscard]] bool is_field_value(
    std::string_view text);  // RFC 9110 §5.5; bytes >= 0x80 pass, controls do not

// Host and port as Host holds them (RFC 9110 §7.2): no user info, no path, no list.
[[nodiscard]] bool is_host(std::string_view text);
// Tokens between commas, some of them empty (RFC 9110 §5.6.1).
[[nodiscard]] bool is_token_list(std::string_view text);

// What is wrong, as the sentence of an error; null: nothing.
using Flaw = const char*;

// A head taken apart from its front, each byte looked at once. Every line ends in CRLF: a bare CR or LF is a
// control within it. Views point into the head.
class HeadLines {
 public:
  explicit HeadLines(std::string_view raw) : at_(raw.data()), end_(raw.data() + raw.size()) {}

  // method SP target SP version. The target holds no byte that must be percent-encoded, and no fragment.
  Flaw request_line(std::string_view& method, std::string_view& target, int& minor);
  // version SP status SP reason, the status 100 to 599.
  Flaw status_line(int& status, std::string_view& reason, int& minor);

  // Takes the empty line that ends the head, if that is what comes next.
  bool take_end();
  // name ":" value, nothing before the colon but the name, no folding, white space around the value dropped.
  Flaw field(HeaderLine& line);
  // Nothing follows.
  [[nodiscard]] bool done() const { return at_ == end_; }

 private:
  bool take(char c);
  bool take_version(int& minor);
  bool take_line_end();

  const char* at_;
  const char* const end_;
};

}  // namespace holdfast::net
