// OpenSSL 3 would have EVP used for this. EVP takes a lock, counts a reference and asks for memory at every
// digest, which costs more than hashing a signature base does, and it can fail; these cannot.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/digest.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/hex.hpp"

namespace holdfast::crypto {

Sha256::Sha256() : context_() {
  SHA256_Init(&context_);
}

Sha256& Sha256::update(std::string_view bytes) {
  SHA256_Update(&context_, bytes.data(), bytes.size());
  return *this;
}

Hash Sha256::finish() {
  Hash hash;
  SHA256_Final(hash.data(), &context_);
  SHA256_Init(&context_);
  return hash;
}

Hash sha256(std::string_view bytes) {
  return Sha256().update(bytes).finish();
}

DigestText digest_text(const Hash& hash) {
  constexpr std::string_view kPrefix = "sha256:";
  std::array<char, kPrefix.size() + 2 * std::tuple_size_v<Hash>> text{};
  char* at = std::copy(kPrefix.begin(), kPrefix.end(), text.data());
  for (const unsigned char byte : hash)
    at = write_hex(at, byte);
  return std::string_view(text.data(), text.size());
}

}  // namespace holdfast::crypto
