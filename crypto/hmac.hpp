// HMAC-SHA-256 (RFC 2104) over bytes that come in pieces. Written out over OpenSSL's SHA-256, because
// OpenSSL 3's own takes a dozen allocations for each of the two that every call needs; the vectors of RFC
// 4231 and OpenSSL itself stand beside it in the tests.
#pragma once

#include <string_view>

#include "crypto/digest.hpp"

namespace holdfast::crypto {

// One thread at a time. What it knows of the key is wiped at its end.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  ~HmacSha256();
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;
  HmacSha256& update(std::string_view bytes);
  [[nodiscard]] Hash finish();  // and starts again, under the same key

 private:
  Sha256 keyed_inner_, keyed_outer_;  // behind the key
  Sha256 inner_;
};

[[nodiscard]] Hash hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace holdfast::crypto
