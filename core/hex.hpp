// Lower-case hexadecimal, written where the caller has room for it: every call's ids and digests are.
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

}  // namespace holdfast
