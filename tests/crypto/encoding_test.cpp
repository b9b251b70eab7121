#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

namespace holdfast::crypto {
namespace {

TEST(Encoding, Base64GivesTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text).value(), bytes);
  }
}

TEST(Encoding, Base64urlHasNoPaddingAndItsOwnAlphabet) {
  EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(from_base64url("-__-").value(), "\xfb\xff\xfe");
  EXPECT_EQ(to_base64url("f"), "Zg");
}

TEST(Encoding, OnlyOneSpellingIsTaken) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zg==\n", " Zg==", "Z g==", "Zg==Zg==", "Zm9-", "Z", "===="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  for (const char* text : {"Zg==", "Zh", "Zm9+", "Zg\n", "Z"})
    EXPECT_FALSE(from_base64url(text)) << text;
  for (const char* text : {"0", "0G", "AB", " 00", "00 "})
    EXPECT_FALSE(from_hex(text)) << text;
}

// libsodium 1.0.18 reads 0xAB as + and 0xAF as /: a flipped bit in a proof went unnoticed.
TEST(Encoding, BytesThatAreNotAsciiAreNotTaken) {
  ASSERT_EQ(from_base64("ab+/").value(), "\x69\xbf\xbf");
  for (int byte = 0x80; byte < 0x100; ++byte) {
    const std::string text = std::string("ab") + static_cast<char>(byte) + "/";
    EXPECT_FALSE(from_base64(text)) << byte;
    EXPECT_FALSE(from_base64url(text)) << byte;
    EXPECT_FALSE(from_hex("0" + std::string(1, static_cast<char>(byte)))) << byte;
  }
}

TEST(Encoding, HexIsLowerCase) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xff", 2)), "00ff");
  EXPECT_EQ(from_hex("00ff").value(), std::string("\x00\xff", 2));
  EXPECT_EQ(from_hex("").value(), "");
}

}  // namespace
}  // namespace holdfast::crypto
