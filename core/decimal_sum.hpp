// Decimals added up exactly: 0.1 and 0.2 are 0.3, and a million times 0.1 is 100000.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

class DecimalSum {
 public:
  // Without expression templates: what an operator returns points to nothing.
  using Whole =
      boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

  // As policy::Decimal: more digits, or an exponent further from zero, and it is no number that all readers
  // agree on. So every sum has a bound too.
  static constexpr std::size_t kMaxDigits = 400;
  static constexpr int kMaxExponent = 400;

  DecimalSum() = default;

  // The number grammar of RFC 8259 §6, and nothing over the limits above.
  [[nodiscard]] static std::optional<DecimalSum> parse(std::string_view text);
  // What text() wrote, which may be longer: without an exponent.
  [[nodiscard]] static std::optional<DecimalSum> parse_total(std::string_view text);

  DecimalSum& operator+=(const DecimalSum& other);
  DecimalSum& operator-=(const DecimalSum& other);

  [[nodiscard]] std::strong_ordering operator<=>(const DecimalSum& other) const;
  [[nodiscard]] bool operator==(const DecimalSum& other) const { return (*this <=> other) == 0; }
  [[nodiscard]] bool is_zero() const { return digits_ == 0; }

  // Without an exponent, and without zeros that say nothing: "0", "-12.5".
  [[nodiscard]] std::string text() const;

 private:
  static std::optional<DecimalSum> parse(std::string_view text, std::size_t most_digits, int most_exponent);
  void align(unsigned scale);
  [[nodiscard]] DecimalSum aligned(unsigned scale) const;

  // The value is digits_ * 10^-scale_.
  Whole digits_;
  unsigned scale_ = 0;
};

}  // namespace holdfast
