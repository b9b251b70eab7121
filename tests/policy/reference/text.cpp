#include "tests/policy/reference/text.hpp"

#include <arpa/inet.h>
#include <re2/re2.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <memory>

namespace holdfast::reference {
namespace {

constexpr std::size_t kMost = 400;

// Up to 400 either way; nothing beyond.
std::optional<int> exponent_of(std::string written) {
  const bool negative = written.starts_with('-');
  if (negative || written.starts_with('+')) written.erase(0, 1);
  while (written.size() > 1 && written.front() == '0')
    written.erase(0, 1);
  if (written.size() > 3 || std::stoi(written) > static_cast<int>(kMost)) return std::nullopt;
  return negative ? -std::stoi(written) : std::stoi(written);
}

std::optional<std::string> mapped(const std::string& text, int options) {
  utf8proc_uint8_t* made = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &made,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
}

std::optional<std::string> folded(const std::string& text) {
  return mapped(text,
                UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

bool is_ipv4(const std::string& bits) {
  return bits.starts_with(std::string(80, '0') + std::string(16, '1'));
}

}  // namespace

std::optional<Digits> digits_of(std::string_view number) {
  Digits out;
  out.negative = number.starts_with('-');
  if (out.negative) number.remove_prefix(1);
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  out.whole = mantissa.substr(0, point);
  out.fraction = point < mantissa.size() ? mantissa.substr(point + 1) : "";
  if (out.whole.size() + out.fraction.size() > kMost) return std::nullopt;
  const auto shift = e < number.size() ? exponent_of(std::string(number.substr(e + 1))) : 0;
  if (!shift) return std::nullopt;
  for (int i = 0; i < *shift; ++i) {
    out.whole += out.fraction.empty() ? '0' : out.fraction.front();
    if (!out.fraction.empty()) out.fraction.erase(0, 1);
  }
  for (int i = 0; i > *shift; --i) {
    out.fraction.insert(0, 1, out.whole.empty() ? '0' : out.whole.back());
    if (!out.whole.empty()) out.whole.pop_back();
  }
  while (out.whole.starts_with('0'))
    out.whole.erase(0, 1);
  while (out.fraction.ends_with('0'))
    out.fraction.pop_back();
  if (out.whole.empty() && out.fraction.empty()) out.negative = false;
  return out;
}

int compare(const Digits& a, const Digits& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  // With as many digits before the point and behind it, numbers are in the order of their texts.
  const auto padded = [](const Digits& n, std::size_t whole, std::size_t fraction) {
    return std::string(whole - n.whole.size(), '0') + n.whole + n.fraction +
           std::string(fraction - n.fraction.size(), '0');
  };
  const std::size_t whole = std::max(a.whole.size(), b.whole.size());
  const std::size_t fraction = std::max(a.fraction.size(), b.fraction.size());
  const int size = padded(a, whole, fraction).compare(padded(b, whole, fraction));
  return a.negative ? -size : size;
}

int compare_as_doubles(const std::string& a, const std::string& b) {
  const double x = std::strtod(a.c_str(), nullptr), y = std::strtod(b.c_str(), nullptr);
  return x < y ? -1 : x > y ? 1 : 0;
}

bool wild(std::string_view pattern, std::string_view text, char stop) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() != '*') {
    return !text.empty() && text.front() == pattern.front() && wild(pattern.substr(1), text.substr(1), stop);
  }
  const bool deep = pattern.starts_with("**");
  if (wild(pattern.substr(deep ? 2 : 1), text, stop)) return true;
  return !text.empty() && (deep || text.front() != stop) && wild(pattern, text.substr(1), stop);
}

bool found(const std::string& regex, const std::string& text, bool dot_is_line_feed) {
  static std::map<std::pair<std::string, bool>, std::unique_ptr<re2::RE2>> compiled;
  if (compiled.size() > 1000) compiled.clear();  // a search makes up new ones without end
  std::unique_ptr<re2::RE2>& known = compiled[{regex, dot_is_line_feed}];
  re2::RE2::Options options;
  options.set_dot_nl(dot_is_line_feed);
  if (!known) known = std::make_unique<re2::RE2>(regex, options);
  std::size_t backslashes = 0;
  while (backslashes + 1 < regex.size() && regex[regex.size() - 2 - backslashes] == '\\')
    ++backslashes;
  std::string_view behind_flags = regex;
  while (behind_flags.starts_with("(?") && behind_flags.find_first_of(":)") == behind_flags.find(')'))
    behind_flags.remove_prefix(behind_flags.find(')') + 1);
  const bool anchored = behind_flags.starts_with('^') || (regex.ends_with('$') && backslashes % 2 == 0);
  return anchored ? re2::RE2::PartialMatch(text, *known) : re2::RE2::FullMatch(text, *known);
}

bool is_nfc(const std::string& text) {
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE) == text;
}

bool alike(const std::string& name, const std::string& other) {
  const auto a = folded(name), b = folded(other);
  if (b) return a == b;
  std::size_t good = other.size();
  while (!folded(other.substr(0, good)))
    --good;
  return a->starts_with(*folded(other.substr(0, good)));
}

namespace {

// A parameter's name cut in front: how many underscores there are, how many marks that may be some, and the
// rest.
struct Cut {
  std::size_t underscores = 0, marks = 0;
  std::string rest;
};

Cut cut(std::string name) {
  std::erase(name, ']');
  Cut out;
  const std::size_t begin = std::min(name.find_first_not_of(" [.!?_"), name.size());
  out.underscores =
      static_cast<std::size_t>(std::count(name.begin(), name.begin() + static_cast<long>(begin), '_'));
  out.marks = static_cast<std::size_t>(std::count_if(name.begin(), name.begin() + static_cast<long>(begin),
                                                     [](char c) { return c == '[' || c == '.'; }));
  out.rest = name.substr(begin);
  return out;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string underscored(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '.' || c == '[' || c == ' '; }, '_');
  return text;
}

}  // namespace

bool alike_as_parameters(const std::string& name, const std::string& other) {
  std::size_t good = std::min(other.find('\0'), other.size());
  const bool whole = folded(other.substr(0, good)).has_value();
  while (!folded(other.substr(0, good)))
    --good;
  std::string read = *folded(other.substr(0, good));
  std::erase_if(read, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
  Cut wanted = cut(*folded(name)), given = cut(read);
  while (!wanted.rest.empty() && std::string(" [.").find(wanted.rest.back()) != std::string::npos)
    wanted.rest.pop_back();
  // What nobody can read may be anything in a name that is not ASCII, and the rest of one that is.
  if (!whole && !is_ascii(*folded(name))) return true;
  if (!whole && given.rest.empty()) return true;
  if (given.underscores > wanted.underscores || wanted.underscores > given.underscores + given.marks)
    return false;
  const std::string front = underscored(given.rest.substr(0, wanted.rest.size()));
  if (!underscored(wanted.rest).starts_with(front)) return false;
  if (front.size() < wanted.rest.size()) return !whole;
  const std::string behind = given.rest.substr(front.size());
  const std::size_t mark = behind.find_first_not_of(' ');
  return mark == std::string::npos || std::string("[.(:").find(behind[mark]) != std::string::npos;
}

bool alike_as_headers(const std::string& name, const std::string& other) {
  const auto read = [](std::string text) {
    for (char& c : text)
      c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? static_cast<char>(std::tolower(c)) : '_';
    return text;
  };
  return read(name) == read(other);
}

std::optional<std::string> bits_of(const std::string& address) {
  if (address.find('\0') != std::string::npos) return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  const bool v4 = ::inet_pton(AF_INET, address.c_str(), bytes.data() + 12) == 1;
  if (v4) bytes[10] = bytes[11] = 0xFF;
  if (!v4 && ::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  std::string bits;
  for (const unsigned char byte : bytes) {
    for (int bit = 7; bit >= 0; --bit)
      bits += (byte >> bit & 1) != 0 ? '1' : '0';
  }
  return bits;
}

std::optional<std::string> tunnelled(const std::string& bits) {
  const auto in = [&bits](const char* network) { return within(bits, network); };
  const std::string mapped = std::string(80, '0') + std::string(16, '1');
  if (in("2002::/16")) return mapped + bits.substr(16, 32);
  std::string last = bits.substr(96);
  if (in("::/127")) return std::nullopt;
  if (in("::/96") || in("64:ff9b::/96")) return mapped + last;
  if (!in("2001::/32")) return std::nullopt;
  for (char& bit : last)
    bit = bit == '0' ? '1' : '0';
  return mapped + last;
}

bool within(const std::string& bits, const std::string& network) {
  const std::size_t slash = network.find('/');
  const std::string base = bits_of(network.substr(0, slash)).value();
  const bool v4 = network.find(':') == std::string::npos;
  const auto length = static_cast<std::size_t>(std::stoi(network.substr(slash + 1))) + (v4 ? 96 : 0);
  // A network of IPv6 that is wider than the mapped addresses holds no IPv4 address.
  if (is_ipv4(bits) && length < 96) return false;
  return bits.substr(0, length) == base.substr(0, length);
}

}  // namespace holdfast::reference
