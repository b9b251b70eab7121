#include "crypto/digest.hpp"
#include "crypto/hmac.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <thread>

#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

std::string hex(const Hash& hash) {
  return to_hex(bytes_of(hash));
}

TEST(Digest, Sha256GivesTheVectorsOfFips180) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, AHasherStartsAgainAfterItsEnd) {
  Sha256 hasher;
  EXPECT_EQ(hasher.update("a").update("bc").finish(), sha256("abc"));
  EXPECT_EQ(hasher.update("abc").finish(), sha256("abc"));
}

TEST(Digest, EveryThreadHasItsOwn) {
  Hash there{};
  std::thread([&] { there = sha256("abc"); }).join();
  EXPECT_EQ(there, sha256("abc"));
}

TEST(Digest, HmacGivesTheVectorsOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, HmacIsOpensslsWhateverTheLengths) {
  std::string key, text;
  for (int n = 0; n < 150; ++n) {
    Hash theirs{};
    unsigned size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), theirs.data(), &size);
    ASSERT_EQ(size, theirs.size());
    EXPECT_EQ(hmac_sha256(key, text), theirs) << n;
    const std::string_view halves = text;
    HmacSha256 pieces(key);
    EXPECT_EQ(
        pieces.update(halves.substr(0, text.size() / 2)).update(halves.substr(text.size() / 2)).finish(),
        theirs);
    EXPECT_EQ(pieces.update(text).finish(), theirs) << "the same key again, " << n;
    key += static_cast<char>(n * 7 + 1);
    text += static_cast<char>(n * 11);
  }
}

TEST(Digest, AnEmptyHmacKeyIsOneOfZeros) {
  EXPECT_EQ(hmac_sha256({}, "x"), hmac_sha256(std::string(64, '\0'), "x"));  // RFC 2104: padded with zeros
}

TEST(Digest, TextNamesTheAlgorithm) {
  EXPECT_EQ(digest_text(sha256("abc")),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace holdfast::crypto
