// Looking at text eight bytes at a time: most of what is composed and read has nothing in it that needs a
// second look.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace holdfast::octets {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080;

// Each is not 0 just when one of the word's bytes is as it says, n being at most 128: the lowest byte that is
// less than n borrows in (word - n), and of those without the high bit it alone does. Its high bit is then
// the lowest that is set; what is set above it says nothing, because a borrow goes on to the next.
constexpr std::uint64_t less_than(std::uint64_t word, std::uint64_t n) {
  return (word - kOnes * n) & ~word & kHighBits;
}
constexpr std::uint64_t equal_to(std::uint64_t word, char c) {
  return less_than(word ^ (kOnes * static_cast<unsigned char>(c)), 1);
}
constexpr std::uint64_t beyond_ascii(std::uint64_t word) {
  return word & kHighBits;
}

// The first place from `at` on of which stops(char) holds; the text's size when there is none. any(word) is
// made of the above, and not 0 when it holds of one of the word's bytes.
template <class Any, class Stops>
std::size_t find(std::string_view text, std::size_t at, Any any, Stops stops) {
  std::uint64_t word = 0;
  while (at + sizeof word <= text.size()) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (const std::uint64_t found = any(word); found != 0) {
      if constexpr (std::endian::native != std::endian::little) break;
      return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
    at += sizeof word;
  }
  // What is left of less than a word is looked at together with what stands before it.
  if (at + sizeof word > text.size() && text.size() >= sizeof word) {
    std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
    if (any(word) == 0) return text.size();
  }
  while (at < text.size() && !stops(text[at]))
    ++at;
  return at;
}

}  // namespace holdfast::octets
