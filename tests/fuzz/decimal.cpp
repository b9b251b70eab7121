// Decimals: the same numbers are taken and compare as when written out in full, and are the same doubles.
// Input: two lines, a number each.
#include "policy/decimal.hpp"

#include <cstdlib>
#include <string>

#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/reference_decimal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = text.find('\n');
  if (line == text.npos) return 0;
  const std::string_view one = text.substr(0, line);
  const std::string_view other = text.substr(line + 1);
  const auto a = policy::Decimal::parse(one);
  const auto b = policy::Decimal::parse(other);
  const auto long_a = fuzz::write_out(one);
  const auto long_b = fuzz::write_out(other);
  fuzz::claim(a.has_value() == long_a.has_value(), "both take the number or both refuse it", one);
  fuzz::claim(b.has_value() == long_b.has_value(), "both take the number or both refuse it", other);
  if (!a || !b) return 0;
  fuzz::claim((*a <=> *b) == fuzz::compare(*long_a, *long_b), "the same order", one, other);
  fuzz::claim((*b <=> *a) == fuzz::compare(*long_b, *long_a), "the same order", other, one);
  fuzz::claim((*a == *b) == (long_a->digits == long_b->digits && long_a->negative == long_b->negative),
              "equal or not for both", one, other);
  const auto rounded = [](std::string_view number) {
    return std::strtod(std::string(number).c_str(), nullptr);
  };
  if (*a == *b) return 0;
  fuzz::claim(a->is_same_double(*b) == (rounded(one) == rounded(other)), "the same double or not for both",
              one, other);
  return 0;
}
