#include "config/scalar.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace holdfast::config {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && digit(text[n]))
    ++n;
  return n;
}

// RFC 8259 §6.
bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = digits(text);
  if (whole == 0 || (whole > 1 && text.front() == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const std::size_t fraction = digits(text.substr(1));
    if (fraction == 0) return false;
    text.remove_prefix(fraction + 1);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const std::size_t exponent = digits(text);
    if (exponent == 0) return false;
    text.remove_prefix(exponent);
  }
  return text.empty();
}

constexpr std::array<Unit, 4> kTimes{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 3> kSizes{{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}};
constexpr std::int64_t kMost = std::int64_t{1} << 53;

std::size_t letters(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && !digit(text[n]))
    ++n;
  return n;
}

}  // namespace

std::span<const Unit> time_units() {
  return kTimes;
}

std::span<const Unit> size_units() {
  return kSizes;
}

Scalar plain_scalar(std::string text) {
  Scalar scalar;
  if (text == "true" || text == "false") {
    scalar.kind = Scalar::Kind::boolean;
    scalar.flag = text == "true";
  } else if (text == "null") {
    scalar.kind = Scalar::Kind::null;
  } else if (is_number(text)) {
    scalar.kind = Scalar::Kind::number;
  }
  scalar.text = std::move(text);
  return scalar;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (!is_number(text)) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  const Unit* next = kTimes.begin();
  while (!text.empty()) {
    const std::size_t number = digits(text);
    const auto count = parse_integer(text.substr(0, number));
    text.remove_prefix(number);
    const std::string_view name = text.substr(0, letters(text));
    text.remove_prefix(name.size());
    while (next != kTimes.end() && next->name != name)
      ++next;
    if (!count || next == kTimes.end() || *count > kMost / next->factor) return std::nullopt;
    total += *count * next->factor;
    if (total > kMost) return std::nullopt;
    ++next;
  }
  return std::chrono::milliseconds(total);
}

std::string duration_text(std::chrono::milliseconds duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string text;
  for (const Unit& unit : kTimes) {
    if (left >= unit.factor) text += fmt::format("{}{}", left / unit.factor, unit.name);
    left %= unit.factor;
  }
  return text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::int64_t factor = 1;
  for (const Unit& unit : kSizes) {
    if (!text.ends_with(unit.name)) continue;
    factor = unit.factor;
    text.remove_suffix(unit.name.size());
    break;
  }
  const auto count = parse_integer(text);
  if (!count || *count < 0 || text.starts_with('-') || *count > kMost / factor) return std::nullopt;
  return static_cast<std::uint64_t>(*count * factor);
}

std::string size_text(std::uint64_t bytes) {
  for (const Unit& unit : kSizes) {
    const auto factor = static_cast<std::uint64_t>(unit.factor);
    if (bytes >= factor && bytes % factor == 0) return fmt::format("{}{}", bytes / factor, unit.name);
  }
  return fmt::format("{}", bytes);
}

}  // namespace holdfast::config
