#include "core/text.hpp"

#include <gtest/gtest.h>

#include "core/octets.hpp"

namespace holdfast {
namespace {

TEST(Text, IsWhatWasAppendedHoweverItGrew) {
  Text text;
  std::string expected;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string piece(i % 37, static_cast<char>('a' + i % 26));
    text.append(piece);
    text.append('.');
    expected.append(piece).append(".");
    ASSERT_EQ(text.view(), expected);
  }
  text.replace_last('!');
  EXPECT_TRUE(text.view().ends_with("!"));
  text.clear(100);
  EXPECT_TRUE(text.empty());
  text.append("again");
  EXPECT_EQ(text.view(), "again");
}

// Every byte in every place, before and behind the start of the search.
TEST(Octets, FindWhatALoopFinds) {
  const auto any = [](std::uint64_t word) {
    return octets::less_than(word, 0x20) | octets::equal_to(word, '"') | octets::beyond_ascii(word);
  };
  const auto stops = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == '"' || byte >= 0x80;
  };
  for (std::size_t size = 0; size < 20; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, '!');  // one bit from the quotation mark
        text[place] = static_cast<char>(byte);
        for (std::size_t from = 0; from <= size; ++from) {
          const std::size_t expected = stops(text[place]) && place >= from ? place : size;
          ASSERT_EQ(octets::find(text, from, any, stops), expected) << size << ' ' << place << ' ' << byte;
        }
      }
    }
  }
}

TEST(Text, NothingFromNowhereMayBeAppended) {
  Text text;
  text.append(std::string_view());
  EXPECT_TRUE(text.empty());
}

TEST(Text, WhatIsTakenFromIsEmptyAndMayBeUsedAgain) {
  Text from;
  from.append("once");
  Text to = std::move(from);
  EXPECT_EQ(to.view(), "once");
  from.append("again");
  EXPECT_EQ(from.view(), "again");
  to = std::move(from);
  EXPECT_EQ(to.view(), "again");
  EXPECT_TRUE(from.empty());
  from.append('!');
  EXPECT_EQ(from.view(), "!");
}

}  // namespace
}  // namespace holdfast
