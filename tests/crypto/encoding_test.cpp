#include "crypto/encoding.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <random>

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

// Every length a group can end with, and every byte in every place of a group.
TEST(Encoding, AgreesWithOpensslAndLibsodium) {
  std::mt19937 random(1);
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    std::string base64(bytes.size() * 2 + 8, '\0');
    const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), in, length);
    base64.resize(static_cast<std::size_t>(size));
    EXPECT_EQ(to_base64(bytes), base64);

    std::string url(bytes.size() * 2 + 8, '\0'), hex(bytes.size() * 2 + 1, '\0');
    EXPECT_EQ(to_base64url(bytes), sodium_bin2base64(url.data(), url.size(), in, bytes.size(),
                                                     sodium_base64_VARIANT_URLSAFE_NO_PADDING));
    EXPECT_EQ(to_hex(bytes), sodium_bin2hex(hex.data(), hex.size(), in, bytes.size()));
    bytes += static_cast<char>(random());
  }
  for (int place = 0; place < 3; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string group(3, '\x5a');
      group.at(static_cast<std::size_t>(place)) = static_cast<char>(byte);
      EXPECT_EQ(from_base64(to_base64(group)).value(), group);
      EXPECT_EQ(from_hex(to_hex(group)).value(), group);
    }
  }
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
