#include "core/short_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdfast {
namespace {

TEST(ShortText, HoldsWhatItIsMadeOfUpToItsLast) {
  const std::string whole(71, 'x');
  const ShortText<71> text(whole);
  EXPECT_EQ(text.view(), whole);
  EXPECT_EQ(text.str(), whole);
  EXPECT_EQ(text.size(), 71U);
}

TEST(ShortText, IsEmptyUntilItIsGivenATextAndAfterItIsCleared) {
  ShortText<36> text;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.view(), "");
  text = "abc";
  EXPECT_FALSE(text.empty());
  text.clear();
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text, "");
}

TEST(ShortText, ComparesAsTheTextItHolds) {
  const ShortText<8> text("abc");
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(text, std::string("abc"));
  EXPECT_EQ(text, ShortText<8>("abc"));
  EXPECT_NE(text, "ab");
  EXPECT_NE(text, ShortText<8>("abcd"));
}

TEST(ShortTextDeathTest, TakesNoMoreThanItHasRoomFor) {
  EXPECT_DEATH(ShortText<2>("abc"), "text.size\\(\\) <= Most");
}

}  // namespace
}  // namespace holdfast
