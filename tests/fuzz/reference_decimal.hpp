// Decimals written out in full and compared as text: 02-policy's numbers, slow and plain.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::fuzz {

struct LongNumber {
  bool negative = false;
  std::string digits;  // as many before the decimal point as behind it, for every number alike
};

// Nothing for what is no JSON number, has more than 400 digits or an exponent beyond ±400.
[[nodiscard]] std::optional<LongNumber> write_out(std::string_view number);
[[nodiscard]] std::strong_ordering compare(const LongNumber& a, const LongNumber& b);

}  // namespace holdfast::fuzz
