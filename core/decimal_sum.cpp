#include "core/decimal_sum.hpp"

#include <algorithm>

namespace holdfast {
namespace {

using Whole = DecimalSum::Whole;

// Totals have at most so many digits: those of the largest exponent on both sides of the point, and some for
// the count of what was added.
constexpr std::size_t kMaxTotal = 2000;

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Saturates just beyond the limit.
std::optional<int> take_exponent(std::string_view& text, int most) {
  if (!take(text, 'e') && !take(text, 'E')) return 0;
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const std::string_view written = take_digits(text);
  if (written.empty()) return std::nullopt;
  int exponent = 0;
  for (const char c : written)
    exponent = std::min(exponent * 10 + (c - '0'), most + 1);
  if (exponent > most) return std::nullopt;
  return negative ? -exponent : exponent;
}

Whole power_of_ten(unsigned exponent) {
  return boost::multiprecision::pow(Whole(10), exponent);
}

// Without leading zeros: they would make it octal.
Whole number_of(const std::string& digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? Whole() : Whole(digits.substr(first));
}

}  // namespace

std::optional<DecimalSum> DecimalSum::parse(std::string_view text) {
  return parse(text, kMaxDigits, kMaxExponent);
}

std::optional<DecimalSum> DecimalSum::parse_total(std::string_view text) {
  return parse(text, kMaxTotal, 0);
}

std::optional<DecimalSum> DecimalSum::parse(std::string_view text, std::size_t most_digits,
                                            int most_exponent) {
  const bool negative = take(text, '-');
  const std::string_view whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  const bool has_fraction = take(text, '.');
  const std::string_view fraction = has_fraction ? take_digits(text) : std::string_view();
  if (has_fraction && fraction.empty()) return std::nullopt;
  if (whole.size() + fraction.size() > most_digits) return std::nullopt;
  const std::optional<int> exponent = take_exponent(text, most_exponent);
  if (!exponent || !text.empty()) return std::nullopt;

  DecimalSum number;
  number.digits_ = number_of(std::string(whole).append(fraction));
  if (negative) number.digits_ = -number.digits_;
  const int scale = static_cast<int>(fraction.size()) - *exponent;
  if (scale < 0) number.digits_ *= power_of_ten(static_cast<unsigned>(-scale));
  number.scale_ = scale < 0 ? 0 : static_cast<unsigned>(scale);
  return number;
}

void DecimalSum::align(unsigned scale) {
  if (scale <= scale_) return;
  digits_ *= power_of_ten(scale - scale_);
  scale_ = scale;
}

DecimalSum DecimalSum::aligned(unsigned scale) const {
  DecimalSum copy = *this;
  copy.align(scale);
  return copy;
}

DecimalSum& DecimalSum::operator+=(const DecimalSum& other) {
  align(other.scale_);
  digits_ += other.aligned(scale_).digits_;
  return *this;
}

DecimalSum& DecimalSum::operator-=(const DecimalSum& other) {
  align(other.scale_);
  digits_ -= other.aligned(scale_).digits_;
  return *this;
}

std::strong_ordering DecimalSum::operator<=>(const DecimalSum& other) const {
  const unsigned scale = std::max(scale_, other.scale_);
  const int order = aligned(scale).digits_.compare(other.aligned(scale).digits_);
  return order <=> 0;
}

std::string DecimalSum::text() const {
  std::string out = boost::multiprecision::abs(digits_).str();
  if (out.size() <= scale_) out.insert(0, scale_ + 1 - out.size(), '0');
  if (scale_ > 0) {
    out.insert(out.size() - scale_, 1, '.');
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
  }
  return digits_ < 0 ? "-" + out : out;
}

}  // namespace holdfast
