#include "tests/fuzz/reference_decimal.hpp"

#include <algorithm>

#include "tests/fuzz/reference_json.hpp"

namespace holdfast::fuzz {

std::optional<LongNumber> write_out(std::string_view number) {
  const auto json = read_json(number, {});
  if (!json || json->kind != Json::Kind::number || json->text != number) return std::nullopt;
  std::string mantissa = json->text;
  const std::size_t e = std::min(mantissa.find_first_of("eE"), mantissa.size());
  std::string exponent = mantissa.substr(std::min(e + 1, mantissa.size()));
  mantissa.erase(e);
  const bool down = exponent.starts_with('-');
  exponent.erase(0, exponent.find_first_not_of("+-0"));
  if (exponent.size() > 3 || (!exponent.empty() && std::stoi(exponent) > 400)) return std::nullopt;
  const int shift = (exponent.empty() ? 0 : std::stoi(exponent)) * (down ? -1 : 1);

  LongNumber out;
  out.negative = mantissa.starts_with('-');
  if (out.negative) mantissa.erase(0, 1);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::string whole = mantissa.substr(0, point);
  const std::string fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  if (whole.size() + fraction.size() > 400) return std::nullopt;
  // The point stands at 1000; nothing with these limits reaches either end.
  out.digits.assign(2000, '0');
  const auto first = static_cast<std::size_t>(1000 - shift - static_cast<int>(whole.size()));
  const std::string all = whole + fraction;
  out.digits.replace(first, all.size(), all);
  if (out.digits.find_first_not_of('0') == std::string::npos) out.negative = false;
  return out;
}

std::strong_ordering compare(const LongNumber& a, const LongNumber& b) {
  if (a.negative != b.negative) return b.negative <=> a.negative;
  const int order = a.digits.compare(b.digits) * (a.negative ? -1 : 1);
  return order <=> 0;
}

}  // namespace holdfast::fuzz
