// Characters that readers take for one another, or do not see. Parts of spellings.cpp and name_spellings.cpp.
#pragma once

#include <vector>

#include "tests/proxy/spellings.hpp"

namespace holdfast::test {

inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline char other_case(char c) {
  return is_letter(c) ? static_cast<char>(c ^ 0x20) : c;
}

// Characters that NFKC or case folding makes an ASCII one of.
inline std::vector<char32_t> compatible(char c) {
  std::vector<char32_t> found;
  const auto code = static_cast<char32_t>(static_cast<unsigned char>(c));
  if (code > 0x20 && code < 0x7F) found.push_back(code - 0x20 + 0xFF00);  // full width
  if (c >= 'a' && c <= 'z') {
    const char32_t nth = code - U'a';
    found.insert(found.end(), {0x1D41A + nth, 0x24D0 + nth, 0x1D5BA + nth});  // bold, circled, sans-serif
  }
  if (is_digit(c)) found.insert(found.end(), {0x1D7CE + code - U'0', 0x2080 + code - U'0'});
  if (c == 's' || c == 'S') found.push_back(0x17F);   // long s
  if (c == 'k' || c == 'K') found.push_back(0x212A);  // Kelvin
  return found;
}

// Letters of other alphabets that look alike: other names, to whoever compares.
inline std::vector<char32_t> homoglyphs(char c) {
  switch (c) {
    case 'a':
      return {0x430};
    case 'c':
      return {0x441};
    case 'd':
      return {0x501};
    case 'e':
      return {0x435};
    case 's':
      return {0x455, 0x405};
    default:
      return {};
  }
}

inline constexpr char32_t kShowNothing[] = {0xAD, 0x34F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0F,
                                            0xFEFF, 0xE0101,
                                            // They turn the direction of what follows.
                                            0x61C, 0x200E, 0x200F, 0x202A, 0x202D, 0x202E, 0x2066, 0x2069};
inline constexpr char32_t kControls[] = {0x00, 0x01, 0x08, 0x0A, 0x0D, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F};
inline constexpr char32_t kCombining[] = {0x301, 0x308, 0x489};

inline void add(Spellings& to, Meaning meaning, std::string text) {
  to.push_back({meaning, std::move(text)});
}

}  // namespace holdfast::test
