#include "crypto/seal.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdfast::crypto {
namespace {

SealKey key(char fill = 'k') {
  return SealKey::from_seed(Secret(std::string(32, fill)));
}

TEST(Seal, WhatIsSealedOpensWithItsKeyAndItsBinding) {
  for (const std::string& text : {std::string(), std::string("a\0b", 3), std::string(1 << 20, 'x')}) {
    const auto opened = key().open(key().seal(text, "hold 1"), "hold 1");
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, text);
  }
}

TEST(Seal, ItShowsNothingOfTheTextAndIsNeverTheSameTwice) {
  const std::string secret = "Authorization: Bearer sk-live-0123456789";
  const std::string sealed = key().seal(secret, "hold 1");
  EXPECT_EQ(sealed.size(), secret.size() + 41);
  EXPECT_EQ(sealed.find("sk-live"), std::string::npos);
  EXPECT_NE(sealed, key().seal(secret, "hold 1"));
}

TEST(Seal, AnotherKeyOrAnotherBindingDoesNotOpenIt) {
  const std::string sealed = key().seal("text", "hold 1");
  EXPECT_EQ(key('o').open(sealed, "hold 1").error().code, Code::corrupt);
  EXPECT_EQ(key().open(sealed, "hold 2").error().code, Code::corrupt);
  EXPECT_EQ(key().open(sealed, "").error().code, Code::corrupt);
}

TEST(Seal, NoByteOfItCanBeChangedOrCutOff) {
  const std::string sealed = key().seal("text", "hold 1");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(key().open(changed, "hold 1")) << i;
    EXPECT_FALSE(key().open(sealed.substr(0, i), "hold 1")) << i;
  }
  EXPECT_FALSE(key().open(sealed + "x", "hold 1"));
}

}  // namespace
}  // namespace holdfast::crypto
