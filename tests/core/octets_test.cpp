// Eight bytes at a time finds what byte by byte does.
#include "core/octets.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/json_text.hpp"

namespace holdfast::octets {
namespace {

std::size_t slowly(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' &&
         text[at] != '\\')
    ++at;
  return at;
}

// What is subtracted of one byte is borrowed of the next: so every pair of neighbours.
TEST(Octets, TheFirstThatIsLookedForIsFoundWhateverItsNeighboursAre) {
  for (int one = 0; one < 256; ++one) {
    for (int other = 0; other < 256; ++other) {
      for (std::size_t at = 0; at < 10; at += 3) {
        std::string text(11, 'x');
        text[at] = static_cast<char>(one);
        text[at + 1] = static_cast<char>(other);
        ASSERT_EQ(json::next_escaped(text, 0), slowly(text)) << one << ' ' << other << ' ' << at;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::octets
