// Ed25519 (RFC 8032) over OpenSSL: keys as 32-byte seeds, strict about points.
#pragma once

#include <array>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::crypto {

using PublicKey = std::array<unsigned char, 32>;
using Signature = std::array<unsigned char, 64>;

// A private key.
class SigningKey {
 public:
  static Result<SigningKey> generate();
  // Error: malformed, unless the seed is 32 bytes.
  static Result<SigningKey> from_seed(const Secret& seed);
  SigningKey(SigningKey&&) noexcept = default;
  SigningKey& operator=(SigningKey&&) noexcept = default;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  ~SigningKey() = default;

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] Signature sign(std::string_view message) const;  // RFC 8032 §5.1.6
  [[nodiscard]] const Secret& seed() const { return seed_; }

 private:
  SigningKey() = default;
  PublicKey public_key_{};
  Secret seed_;
  Secret expanded_;  // as libsodium takes it: the seed and the public key
};

// Takes 32 bytes that are the canonical spelling of a point of the prime-order group, and no others: with a
// small-order or mixed key, one signature fits many messages.
[[nodiscard]] Result<PublicKey> parse_public_key(std::string_view bytes);

// RFC 8032 §5.1.7; false for a signature of another length or with S >= L.
[[nodiscard]] bool verify(const PublicKey& key, std::string_view message, std::string_view signature);

}  // namespace holdfast::crypto
