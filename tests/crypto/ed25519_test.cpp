#include "crypto/ed25519.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

std::string unhex(std::string_view text) {
  return from_hex(text).value();
}
std::string_view view(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Vector {
  const char *seed, *key, *message, *signature;
};

// RFC 8032 §7.1, tests 1 to 3.
const Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe2"
     "4655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302ae"
     "eb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28"
     "dc027beceea1ec40a"},
};

TEST(Ed25519, GivesTheVectorsOfRfc8032) {
  for (const Vector& vector : kVectors) {
    const auto key = SigningKey::from_seed(Secret(unhex(vector.seed)));
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(view(key->public_key())), vector.key);
    const std::string message = unhex(vector.message);
    EXPECT_EQ(to_hex(view(key->sign(message))), vector.signature);
    EXPECT_TRUE(verify(key->public_key(), message, unhex(vector.signature)));
  }
}

TEST(Ed25519, AnyChangedBitOfSignatureOrMessageIsRefused) {
  const auto key = SigningKey::from_seed(Secret(unhex(kVectors[2].seed)));
  const std::string message = unhex("af82");
  const std::string signature = unhex(kVectors[2].signature);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string changed = signature;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(verify(key->public_key(), message, changed)) << bit;
  }
  EXPECT_FALSE(verify(key->public_key(), unhex("af83"), signature));
}

TEST(Ed25519, SignaturesOfOtherLengthsAreRefused) {
  const auto key = SigningKey::from_seed(Secret(unhex(kVectors[0].seed)));
  const std::string signature = unhex(kVectors[0].signature);
  EXPECT_FALSE(verify(key->public_key(), "", ""));
  EXPECT_FALSE(verify(key->public_key(), "", signature.substr(1)));
  EXPECT_FALSE(verify(key->public_key(), "", signature + "x"));
}

TEST(Ed25519, TheSameSignatureWithLAddedToSIsRefused) {
  // S + L gives the same point; a verifier that takes it makes signatures malleable (RFC 8032 §5.1.7).
  const std::string order = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string signature = unhex(kVectors[0].signature);
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  const auto key = SigningKey::from_seed(Secret(unhex(kVectors[0].seed)));
  EXPECT_FALSE(verify(key->public_key(), "", signature));
}

TEST(Ed25519, WeakPublicKeysAreRefused) {
  const std::pair<const char*, const char*> bad[] = {
      {"the neutral element", "0100000000000000000000000000000000000000000000000000000000000000"},
      {"order two", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
      {"order four", "0000000000000000000000000000000000000000000000000000000000000000"},
      {"order eight", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
      {"not canonical", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
      {"not a point", "0200000000000000000000000000000000000000000000000000000000000000"},
      {"short", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751"},
  };
  for (const auto& [name, key] : bad)
    EXPECT_FALSE(parse_public_key(unhex(key))) << name;
  EXPECT_TRUE(parse_public_key(unhex(kVectors[0].key)));
}

TEST(Ed25519, ASeedHas32Bytes) {
  EXPECT_FALSE(SigningKey::from_seed(Secret(std::string(31, 'x'))));
  EXPECT_FALSE(SigningKey::from_seed(Secret(std::string(33, 'x'))));
}

TEST(Ed25519, GeneratedKeysDiffer) {
  EXPECT_NE(SigningKey::generate()->public_key(), SigningKey::generate()->public_key());
}

}  // namespace
}  // namespace holdfast::crypto
