// Numbers compared exactly as the decimals they are written as: 9007199254740993 is not ...992, and 0.1 is
// 0.1. And what becomes of that for readers who keep numbers as doubles, as most readers of JSON do.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace holdfast::policy {

// A view of a number's digits: trivially copyable, valid as long as the text.
class Decimal {
 public:
  // More digits, or an exponent further from zero, and a number is unknown: readers differ on what they make
  // of it.
  static constexpr std::size_t kMaxDigits = 400;
  static constexpr int kMaxExponent = 400;

  Decimal() = default;

  // The number grammar of RFC 8259 §6, and nothing over the limits above.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] std::strong_ordering operator<=>(const Decimal& other) const;
  [[nodiscard]] bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

  // Of two different numbers: whether one and the same double is the nearest to both. Beyond all doubles is
  // infinity.
  [[nodiscard]] bool is_same_double(const Decimal& other) const;

 private:
  [[nodiscard]] std::size_t digits() const { return whole_.size() + fraction_.size(); }
  // The i-th significant digit from the left; zeros for ever after the last one.
  [[nodiscard]] char digit(std::size_t i) const {
    if (i < whole_.size()) return whole_[i];
    return i < digits() ? fraction_[i - whole_.size()] : '0';
  }
  // So short, and so far from the ends of what doubles can be, that no other such number is the same double.
  [[nodiscard]] bool survives_rounding() const;
  [[nodiscard]] double nearest_double() const;
  [[nodiscard]] std::strong_ordering compare_size(const Decimal& other) const;

  // Without leading zeros, so that digit(0) is not zero; both are empty for zero, which has no sign.
  std::string_view whole_;
  std::string_view fraction_;
  int magnitude_ = 0;  // the value is 0.d0d1d2... * 10^magnitude
  bool negative_ = false;
};

}  // namespace holdfast::policy
