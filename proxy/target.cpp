#include "proxy/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/hex.hpp"
#include "core/json_text.hpp"
#include "policy/names.hpp"

namespace holdfast::proxy {
namespace {

// The byte that text[i..i+2] escapes, or -1.
int escape_at(std::string_view text, std::size_t i) {
  if (i + 2 >= text.size()) return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_control(int c) {
  return c < 0x20 || c == 0x7F;
}

// Characters that no path may hold unescaped. `;` starts path parameters, which some servers strip.
constexpr bool is_refused(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F ||
         std::string_view("\\;\"<>`{}#").find(c) != std::string_view::npos;
}

// What stands in a path for itself.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0; c < plain.size(); ++c)
    plain[c] = !is_refused(static_cast<char>(c)) && c != '%';
  return plain;
}();

// What some server may take an escape of it for: it may stand in a path as it is, or, as `;`, in those of
// others (RFC 3986 §3.3). An escaped slash is no slash, and `?` ends the path.
bool has_two_spellings(int byte) {
  return byte == ';' || (byte != '/' && byte != '?' && kPlain.at(static_cast<std::size_t>(byte)));
}

// U+0080 to U+009F in UTF-8.
bool has_c1_control(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

// An empty segment may only be the last: it is a trailing slash.
bool has_empty_segment(std::string_view path) {
  return path.find("//") != std::string_view::npos;
}

std::string decode_deeply(std::string_view path) {
  // Two rounds are what careless servers are known for; more would let a long path cost its square.
  constexpr int kRounds = 3;
  std::string text(path);
  for (int round = 0; round < kRounds && text.find('%') != std::string::npos; ++round) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      const int byte = text[i] == '%' ? escape_at(text, i) : -1;
      out += byte < 0 ? text[i] : static_cast<char>(byte);
      if (byte >= 0) i += 2;
    }
    text = std::move(out);
  }
  return text;
}

// Whether something stands in a path behind a slash that no segment begins with which is neither empty nor of
// dots.
bool has_odd_segment(std::string_view path) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i - 1] == '/' && (path[i] == '/' || path[i] == '.')) return true;
  }
  return false;
}

Result<void> check_path(std::string_view path) {
  if (has_odd_segment(path)) {
    if (has_empty_segment(path)) return fail(Code::malformed, "the path has an empty segment");
    if (has_dot_segment(path)) return fail(Code::malformed, "the path has a dot segment");
  }
  if (path.find('%') == std::string_view::npos) return {};  // plain ASCII, and what it seems to be
  const auto whole = percent_decode(path, false);
  if (!whole) return fail(Code::malformed, "the path has an escape that is not UTF-8");
  if (has_c1_control(*whole)) return fail(Code::malformed, "the path escapes a control character");
  if (has_dot_segment(careless_path(path))) return fail(Code::malformed, "the path has a dot segment");
  return {};
}

Result<void> decode_path(std::string_view raw, Target& target) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto plain = std::find_if_not(raw.begin() + static_cast<std::ptrdiff_t>(i), raw.end(),
                                        [](char c) { return kPlain[static_cast<unsigned char>(c)]; });
    const auto end = static_cast<std::size_t>(plain - raw.begin());
    target.path.append(raw, i, end - i);
    if (plain == raw.end()) return {};
    i = end;
    if (raw[i] != '%') return fail(Code::malformed, "the path has a character that no path may hold");
    const int byte = escape_at(raw, i);
    if (byte < 0) return fail(Code::malformed, "the path has a % that escapes nothing");
    if (is_control(byte)) return fail(Code::malformed, "the path escapes a control character");
    if (byte == '\\') return fail(Code::malformed, "the path escapes a backslash");
    if (byte == '/') target.encoded_slash = true;
    if (is_unreserved(byte)) {
      target.path += static_cast<char>(byte);
    } else {
      target.path += raw.substr(i, 3);
    }
    i += 2;
  }
  return {};
}

// What stands before the first of these, which is gone then with it.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

void take_name(std::string_view pair, std::vector<std::string>& names) {
  auto name = percent_decode(pair.substr(0, pair.find('=')), true);
  if (name && !name->empty()) names.push_back(std::move(*name));
}

// Who separates by `;` as well, as HTML 4 (B.2.2) wanted: Rack before 3, Python before 3.9.2, CGI.pm.
void find_by_semicolon(std::string_view text, std::vector<std::string>& names) {
  const std::size_t last = text.rfind(';');
  if (last == std::string_view::npos) return;
  text = text.substr(0, text.find('&', last));
  while (!text.empty()) {
    std::string_view pair = take_until(text, '&');
    if (pair.find(';') == std::string_view::npos) continue;
    while (!pair.empty())
      take_name(take_until(pair, ';'), names);
  }
}

constexpr int kMostRead = 1000;

void find_late(std::string_view text, std::vector<std::string>& names) {
  for (int i = 0; i < kMostRead && !text.empty(); ++i)
    take_until(text, '&');
  while (!text.empty())
    take_name(take_until(text, '&'), names);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const int byte = escape_at(text, i);
      if (byte < 0) return fail(Code::malformed, "a % escapes nothing");
      if (byte == 0) return fail(Code::malformed, "an escape is NUL, which ends the text for some readers");
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!json::is_utf8(out)) return fail(Code::malformed, "an escape is not UTF-8");
  return out;
}

std::string respell(std::string_view path) {
  if (path.find('%') == std::string_view::npos) return {};
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      out += path[i];
      continue;
    }
    const int byte = escape_at(path, i);
    if (byte < 0) return {};  // parse_target() lets none through
    if (has_two_spellings(byte)) {
      out += static_cast<char>(byte);
    } else {
      out += fmt::format("%{:02X}", byte);
    }
    i += 2;
  }
  return out == path ? std::string() : out;
}

std::string careless_path(std::string_view path) {
  const std::string decoded = decode_deeply(path);
  std::string text = policy::fold(decoded).value_or(decoded);
  std::replace(text.begin(), text.end(), '\\', '/');
  return text;
}

Result<Target> parse_target(std::string_view origin_form) {
  if (!origin_form.starts_with('/')) return fail(Code::malformed, "the target is not a path");
  Target target;
  const std::size_t question = origin_form.find('?');
  const std::string_view raw = origin_form.substr(0, question);
  if (question != std::string_view::npos) {
    target.has_query = true;
    target.query = origin_form.substr(question + 1);
    if (target.query.find('#') != std::string_view::npos) {
      return fail(Code::malformed, "the target has a fragment");
    }
  }
  target.path.reserve(raw.size());
  if (auto decoded = decode_path(raw, target); !decoded) return fail(decoded.error());
  if (auto checked = check_path(target.path); !checked) return fail(checked.error());
  return target;
}

Result<Parameters> parse_parameters(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    const std::string_view pair = take_until(text, '&');
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    if (!name) return fail(name.error());
    auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!value) return fail(value.error());
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

bool is_read_by_all(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c == '&' || c == ';'; }) < kMostRead;
}

std::vector<std::string> disputed_names(std::string_view text) {
  std::vector<std::string> names;
  find_by_semicolon(text, names);
  find_late(text, names);
  return names;
}

}  // namespace holdfast::proxy
