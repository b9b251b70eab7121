// Sealing what is stored for ourselves alone: XChaCha20-Poly1305 (IETF, libsodium) with a random nonce, bound
// to a text that says what it is. Layout, do not change: version byte 1, 24 bytes of nonce, the ciphertext
// with its 16 bytes of tag.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::crypto {

// Immutable; safe from every thread.
class SealKey {
 public:
  // Derived from a key file's seed, so that the seed itself encrypts nothing.
  static SealKey from_seed(const Secret& seed);

  // `bound_to` is not stored: whoever opens it must know it.
  [[nodiscard]] std::string seal(std::string_view text, std::string_view bound_to) const;
  // Error: corrupt, when it was sealed with another key, bound to something else, or changed since.
  [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view bound_to) const;

 private:
  explicit SealKey(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace holdfast::crypto
