#include "crypto/ed25519.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>

#include "core/id.hpp"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kSeedBytes = 32;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Result<SigningKey> SigningKey::generate() {
  std::string seed(kSeedBytes, '\0');
  fill_random(std::as_writable_bytes(std::span(seed)));
  return from_seed(Secret(std::move(seed)));
}

Result<SigningKey> SigningKey::from_seed(const Secret& seed) {
  if (seed.size() != kSeedBytes) return fail(Code::malformed, "an Ed25519 seed has 32 bytes");
  SigningKey made;
  made.seed_ = seed;
  std::string expanded(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_seed_keypair(made.public_key_.data(), reinterpret_cast<unsigned char*>(expanded.data()),
                           octets(seed.reveal_secret()));
  made.expanded_ = Secret(std::move(expanded));
  return made;
}

// By libsodium, which takes half the time of OpenSSL 3.0 and cannot fail; OpenSSL verifies.
Signature SigningKey::sign(std::string_view message) const {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, octets(message), message.size(),
                       octets(expanded_.reveal_secret()));
  return signature;
}

Result<PublicKey> parse_public_key(std::string_view bytes) {
  PublicKey key;
  if (bytes.size() != key.size()) return fail(Code::malformed, "an Ed25519 public key has 32 bytes");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  if (crypto_core_ed25519_is_valid_point(key.data()) != 1) {
    return fail(Code::malformed, "the Ed25519 public key is not a canonical point of the prime-order group");
  }
  return key;
}

bool verify(const PublicKey& key, std::string_view message, std::string_view signature) {
  if (signature.size() != sizeof(Signature)) return false;
  const std::unique_ptr<EVP_PKEY, FreeKey> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return public_key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                          message.size()) == 1;
}

}  // namespace holdfast::crypto
