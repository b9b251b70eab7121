#include "policy/decimal.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <limits>

namespace holdfast::policy {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// `e-12` and its kin, saturating just beyond the limit so that no spelling of a huge exponent overflows.
std::optional<int> take_exponent(std::string_view& text) {
  if (!take(text, 'e') && !take(text, 'E')) return 0;
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const std::string_view written = take_digits(text);
  if (written.empty()) return std::nullopt;
  int exponent = 0;
  for (const char c : written)
    exponent = std::min(exponent * 10 + (c - '0'), Decimal::kMaxExponent + 1);
  if (exponent > Decimal::kMaxExponent) return std::nullopt;
  return negative ? -exponent : exponent;
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal number;
  number.negative_ = take(text, '-');
  const std::string_view whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  const bool has_fraction = take(text, '.');
  const std::string_view fraction = has_fraction ? take_digits(text) : std::string_view{};
  if (has_fraction && fraction.empty()) return std::nullopt;
  if (whole.size() + fraction.size() > kMaxDigits) return std::nullopt;
  const std::optional<int> exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;

  number.whole_ = without_leading_zeros(whole);
  number.fraction_ = number.whole_.empty() ? without_leading_zeros(fraction) : fraction;
  if (number.digits() == 0) return Decimal{};
  const auto lost = number.whole_.empty() ? fraction.size() - number.fraction_.size() : 0;
  number.magnitude_ = *exponent + static_cast<int>(number.whole_.size()) - static_cast<int>(lost);
  return number;
}

std::strong_ordering Decimal::compare_size(const Decimal& other) const {
  if (digits() == 0 || other.digits() == 0) return digits() <=> other.digits();
  if (magnitude_ != other.magnitude_) return magnitude_ <=> other.magnitude_;
  const std::size_t n = std::max(digits(), other.digits());
  for (std::size_t i = 0; i < n; ++i) {
    if (digit(i) != other.digit(i)) return digit(i) <=> other.digit(i);
  }
  return std::strong_ordering::equal;
}

bool Decimal::survives_rounding() const {
  constexpr int kFarFromTheEnds = 300;
  return digits() <= DBL_DIG && magnitude_ >= -kFarFromTheEnds && magnitude_ <= kFarFromTheEnds;
}

double Decimal::nearest_double() const {
  std::array<char, kMaxDigits + 16> text{};
  char* at = text.data();
  if (negative_) *at++ = '-';
  *at++ = '.';
  at = std::copy(whole_.begin(), whole_.end(), at);
  at = std::copy(fraction_.begin(), fraction_.end(), at);
  if (digits() == 0) *at++ = '0';
  *at++ = 'e';
  at = std::to_chars(at, text.data() + text.size(), magnitude_).ptr;
  double value = 0;
  if (std::from_chars(text.data(), at, value).ec == std::errc() || magnitude_ < 0) return value;
  return negative_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

bool Decimal::is_same_double(const Decimal& other) const {
  if (survives_rounding() && other.survives_rounding()) return false;
  return nearest_double() == other.nearest_double();
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_) return other.negative_ <=> negative_;
  return negative_ ? other.compare_size(*this) : compare_size(other);
}

}  // namespace holdfast::policy
