// Hexadecimal: lower case, written where the caller has room for it, as every call's ids and digests are; and
// digits read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast {

// The two digits of every byte.
inline constexpr std::array<std::array<char, 2>, 256> kHexDigits = [] {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte)
    pairs.at(byte) = {kDigits[byte / 16], kDigits[byte % 16]};
  return pairs;
}();

// Returns where it ended.
inline char* write_hex(char* out, std::uint8_t byte) {
  const auto& digits = kHexDigits[byte];
  *out++ = digits[0];
  *out++ = digits[1];
  return out;
}

// 0 to 15, or -1 for what is no digit, in either case.
constexpr int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace holdfast
