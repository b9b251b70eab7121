#include "net/http_strict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

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

bool all_of_class(std::string_view text, std::uint8_t bits) {
  return std::all_of(text.begin(), text.end(),
                     [bits](char c) { return (kClasses[static_cast<unsigned char>(c)] & bits) != 0; });
}

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool version(std::string_view text) {
  return text == "HTTP/1.1" || text == "HTTP/1.0";
}

Result<void> check_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == last)
    return fail(Code::malformed, "the request line has not three parts");
  if (!is_token(line.substr(0, first))) return fail(Code::malformed, "the method is not a token");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.empty() || !all_of_class(target, kTarget)) {
    return fail(Code::malformed, "the request target holds a byte that must be percent-encoded");
  }
  if (!version(line.substr(last + 1)))
    return fail(Code::malformed, "the version is neither HTTP/1.1 nor HTTP/1.0");
  return {};
}

Result<void> check_status_line(std::string_view line) {
  if (line.size() < 13 || !version(line.substr(0, 8)) || line[8] != ' ' || line[12] != ' ' ||
      !digits(line.substr(9, 3)) || line[9] < '1' || line[9] > '5' || !is_field_value(line.substr(13))) {
    return fail(Code::malformed, "the status line is not one of HTTP/1.1");
  }
  return {};
}

// Takes the next line off `raw`, without its CRLF. Only CRLF ends a line: a bare CR or LF is a control in it.
Result<std::string_view> take_line(std::string_view& raw) {
  const std::size_t end = raw.find('\n');
  if (end == raw.npos || end == 0 || raw[end - 1] != '\r') {
    return fail(Code::malformed, "a line of the head does not end in CRLF");
  }
  const std::string_view line = raw.substr(0, end - 1);
  raw.remove_prefix(end + 1);
  return line;
}

template <class StartLine>
Result<std::size_t> check_lines(std::string_view raw, std::size_t max_headers, StartLine check_start) {
  auto line = take_line(raw);
  if (!line) return fail(line.error());
  if (auto start = check_start(*line); !start) return fail(start.error());
  std::size_t count = 0;
  while (true) {
    line = take_line(raw);
    if (!line) return fail(line.error());
    if (line->empty()) break;
    if (++count > max_headers) {
      return fail(Code::too_large, fmt::format("the head has more than {} header lines", max_headers));
    }
    if (auto field = check_field_line(*line); !field) return fail(field.error());
  }
  if (!raw.empty()) return fail(Code::malformed, "bytes follow the end of the head");
  return count;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && all_of_class(text, kToken);
}

bool is_field_value(std::string_view text) {
  return all_of_class(text, kValue);
}

Result<void> check_field_line(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return fail(Code::malformed, "a header line is folded or starts with white space");
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return fail(Code::malformed, "a header line has no colon");
  // White space before the colon is no token character, so it is refused here too (RFC 9112 §5.1).
  if (!is_token(line.substr(0, colon))) return fail(Code::malformed, "a header name is not a token");
  if (!is_field_value(line.substr(colon + 1)))
    return fail(Code::malformed, "a header value holds a control character");
  return {};
}

Result<std::size_t> check_request_lines(std::string_view raw, std::size_t max_headers) {
  return check_lines(raw, max_headers, check_request_line);
}

Result<std::size_t> check_response_lines(std::string_view raw, std::size_t max_headers) {
  return check_lines(raw, max_headers, check_status_line);
}

Result<BodyFraming> read_framing(const std::vector<HeaderLine>& headers, int minor) {
  const HeaderLine* coding = nullptr;
  const HeaderLine* length = nullptr;
  for (const HeaderLine& line : headers) {
    if (same_name(line.name, "Transfer-Encoding")) {
      if (coding != nullptr) return fail(Code::malformed, "Transfer-Encoding is repeated");
      coding = &line;
    } else if (same_name(line.name, "Content-Length")) {
      if (length != nullptr) return fail(Code::malformed, "Content-Length is repeated");
      length = &line;
    }
  }
  BodyFraming body;
  if (coding != nullptr) {
    if (length != nullptr) return fail(Code::malformed, "Transfer-Encoding stands beside Content-Length");
    if (minor == 0) return fail(Code::malformed, "HTTP/1.0 has no Transfer-Encoding");
    if (coding->value != "chunked")
      return fail(Code::unsupported, "Transfer-Encoding is not exactly chunked");
    body.framing = Framing::chunked;
  } else if (length != nullptr) {
    const std::string_view text = length->value;
    // 18 digits fit any sum made with it; no file of this age is longer.
    if (!digits(text) || text.size() > 18)
      return fail(Code::malformed, "Content-Length is not one decimal number");
    std::from_chars(text.data(), text.data() + text.size(), body.length);
    body.framing = Framing::length;
  }
  return body;
}

bool wants_keep_alive(const std::vector<HeaderLine>& headers, int minor) {
  bool keep = minor >= 1;
  for (const HeaderLine& line : headers) {
    if (!same_name(line.name, "Connection")) continue;
    if (list_has(line.value, "close")) return false;
    if (list_has(line.value, "keep-alive")) keep = true;
  }
  return keep;
}

Result<void> check_host(const std::vector<HeaderLine>& headers, int minor) {
  const std::size_t count = count_headers(headers, "Host");
  if (count > 1) return fail(Code::malformed, "Host is repeated");
  if (count == 0) {
    if (minor >= 1) return fail(Code::malformed, "Host is missing");
    return {};
  }
  const std::string_view host = find_header(headers, "Host")->value;
  if (host.empty() || !all_of_class(host, kHost)) return fail(Code::malformed, "Host is not a host and port");
  return {};
}

Result<std::string_view> origin_form(std::string_view target, const HeaderLine* host) {
  if (target.starts_with('/')) return target;
  if (target == "*") return fail(Code::unsupported, "the asterisk form of a target is not taken");
  constexpr std::string_view kScheme = "http://";
  if (!same_name(target.substr(0, kScheme.size()), kScheme)) {
    return fail(Code::malformed, "the request target is neither a path nor an http URL");
  }
  const std::string_view rest = target.substr(kScheme.size());
  const std::size_t path = rest.find_first_of("/?");
  if (host == nullptr || !same_name(rest.substr(0, path), host->value)) {
    return fail(Code::malformed, "the authority of the request target differs from Host");
  }
  if (path == rest.npos) return std::string_view("/");
  if (rest[path] == '?') return fail(Code::malformed, "the request target has a query but no path");
  return rest.substr(path);
}

}  // namespace holdfast::net
