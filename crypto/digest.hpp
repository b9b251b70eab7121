// SHA-256 by OpenSSL.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "core/short_text.hpp"

namespace holdfast::crypto {

using Hash = std::array<unsigned char, 32>;

// Incremental SHA-256; a value, which needs no memory of its own.
class Sha256 {
 public:
  Sha256();
  Sha256& update(std::string_view bytes);
  [[nodiscard]] Hash finish();  // and starts again

 private:
  SHA256_CTX context_;
};

[[nodiscard]] Hash sha256(std::string_view bytes);

// `sha256:<lower-case hex>`, the spelling of every digest a user sees.
using DigestText = ShortText<71>;
[[nodiscard]] DigestText digest_text(const Hash& hash);

[[nodiscard]] inline std::string_view bytes_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace holdfast::crypto
