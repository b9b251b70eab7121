#include "crypto/seal.hpp"

#include <sodium.h>

#include <cassert>

#include "core/id.hpp"
#include "crypto/digest.hpp"
#include "crypto/hmac.hpp"

namespace holdfast::crypto {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHead = 1 + kNonce;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Hash));

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

SealKey SealKey::from_seed(const Secret& seed) {
  return SealKey(Secret(std::string(bytes_of(hmac_sha256(seed.reveal_secret(), "holdfast-store-seal-v1")))));
}

std::string SealKey::seal(std::string_view text, std::string_view bound_to) const {
  std::string sealed(kHead + text.size() + kTag, kVersion);
  fill_random({reinterpret_cast<std::byte*>(sealed.data()) + 1, kNonce});
  unsigned long long length = 0;
  // It fails for messages of 2^38 bytes only.
  [[maybe_unused]] const int failed = crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes(sealed) + kHead, &length, bytes(text), text.size(), bytes(bound_to), bound_to.size(), nullptr,
      bytes(sealed) + 1, bytes(key_.reveal_secret()));
  assert(failed == 0 && length == text.size() + kTag);
  return sealed;
}

Result<std::string> SealKey::open(std::string_view sealed, std::string_view bound_to) const {
  const Error no{Code::corrupt, "what is sealed was sealed with another key, or has been changed"};
  if (sealed.size() < kHead + kTag || sealed.front() != kVersion) return fail(no);
  std::string text(sealed.size() - kHead - kTag, '\0');
  unsigned long long length = 0;
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes(text), &length, nullptr, bytes(sealed) + kHead, sealed.size() - kHead, bytes(bound_to),
      bound_to.size(), bytes(sealed) + 1, bytes(key_.reveal_secret()));
  if (failed != 0) return fail(no);
  return text;
}

}  // namespace holdfast::crypto
