#include "net/http_strict.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/octets.hpp"

namespace holdfast::net {
namespace {

enum : std::uint8_t { kToken = 1, kValue = 2, kTarget = 4, kHost = 8 };

constexpr bool alphanumeric(int c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t c = 0; c < 256; ++c) {
    unsigned bits = 0;
    const auto in = [c](std::string_view set) { return set.find(static_cast<char>(c)) != set.npos; };
    const bool word = alphanumeric(static_cast<int>(c));
    if (word || in("!#$%&'*+-.^_`|~")) bits |= kToken;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) bits |= kValue;
    // A fragment never belongs to a target (RFC 9112 §3.2).
    if (c > 0x20 && c < 0x7f && c != '#') bits |= kTarget;
    if (word || in("-._~:[]")) bits |= kHost;
    classes[c] = static_cast<std::uint8_t>(bits);
  }
  return classes;
}();

bool is_class(char c, std::uint8_t bits) {
  return (kClasses[static_cast<unsigned char>(c)] & bits) != 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Where the run of such bytes ends.
const char* run_end(const char* at, const char* end, std::uint8_t bits) {
  while (at != end && is_class(*at, bits))
    ++at;
  return at;
}

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::uint64_t any_control(std::uint64_t word) {
  return octets::less_than(word, 0x20) | octets::equal_to(word, 0x7f);
}

// Where a value ends: with the first control that is no tab.
const char* value_end(const char* at, const char* end) {
  const std::string_view text = between(at, end);
  std::size_t i = octets::find(text, 0, any_control, is_control);
  while (i < text.size() && text[i] == '\t')
    i = octets::find(text, i + 1, any_control, is_control);
  return at + i;
}

bool all_of_class(std::string_view text, std::uint8_t bits) {
  return std::all_of(text.begin(), text.end(), [bits](char c) { return is_class(c, bits); });
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && all_of_class(text, kToken);
}

bool is_field_value(std::string_view text) {
  return all_of_class(text, kValue);
}

bool is_host(std::string_view text) {
  return !text.empty() && all_of_class(text, kHost);
}

bool is_token_list(std::string_view text) {
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view element = trim_blanks(text.substr(0, comma));
    if (!element.empty() && !is_token(element)) return false;
    if (comma == text.npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool HeadLines::take(char c) {
  if (at_ == end_ || *at_ != c) return false;
  ++at_;
  return true;
}

bool HeadLines::take_line_end() {
  if (end_ - at_ < 2 || at_[0] != '\r' || at_[1] != '\n') return false;
  at_ += 2;
  return true;
}

bool HeadLines::take_version(int& minor) {
  constexpr std::string_view kVersion = "HTTP/1.";
  if (!between(at_, end_).starts_with(kVersion)) return false;
  at_ += kVersion.size();
  if (at_ == end_ || (*at_ != '0' && *at_ != '1')) return false;
  minor = *at_++ - '0';
  return true;
}

Flaw HeadLines::request_line(std::string_view& method, std::string_view& target, int& minor) {
  const char* end = run_end(at_, end_, kToken);
  method = between(at_, end);
  at_ = end;
  if (method.empty() || !take(' ')) return "the method is not a token and one space";
  end = run_end(at_, end_, kTarget);
  target = between(at_, end);
  at_ = end;
  if (target.empty() || !take(' ')) {
    return "the request target is missing or holds a byte that must be percent-encoded";
  }
  if (!take_version(minor)) return "the version is neither HTTP/1.1 nor HTTP/1.0";
  return take_line_end() ? nullptr : "the request line does not end behind the version";
}

Flaw HeadLines::status_line(int& status, std::string_view& reason, int& minor) {
  constexpr Flaw kFlaw = "the status line is not one of HTTP/1.1";
  if (!take_version(minor) || !take(' ')) return kFlaw;
  if (end_ - at_ < 3 || !std::all_of(at_, at_ + 3, is_digit) || *at_ < '1' || *at_ > '5') return kFlaw;
  status = (at_[0] - '0') * 100 + (at_[1] - '0') * 10 + (at_[2] - '0');
  at_ += 3;
  if (!take(' ')) return kFlaw;
  const char* const end = value_end(at_, end_);
  reason = between(at_, end);
  at_ = end;
  return take_line_end() ? nullptr : kFlaw;
}

bool HeadLines::take_end() {
  return take_line_end();
}

Flaw HeadLines::field(HeaderLine& line) {
  const char* end = run_end(at_, end_, kToken);
  line.name = between(at_, end);
  at_ = end;
  // White space before the colon is no token character, so it is refused here too (RFC 9112 §5.1).
  if (line.name.empty() && at_ != end_ && is_blank(*at_)) {
    return "a header line is folded or starts with white space";
  }
  if (line.name.empty() || !take(':')) return "a header line has no colon, or its name is not a token";
  while (at_ != end_ && is_blank(*at_))
    ++at_;
  end = value_end(at_, end_);
  const char* last = end;
  while (last != at_ && is_blank(last[-1]))
    --last;
  line.value = between(at_, last);
  at_ = end;
  return take_line_end() ? nullptr : "a header value holds a control character";
}

}  // namespace holdfast::net
