// HMAC-SHA-256 over bytes that come in pieces.
#pragma once

#include <memory>
#include <string_view>

#include "crypto/digest.hpp"

namespace holdfast::crypto {

// One thread at a time. Ends the process if OpenSSL fails, which it does only without memory.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  HmacSha256& update(std::string_view bytes);
  [[nodiscard]] Hash finish();  // once

 private:
  struct PutBack {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, PutBack> context_;
};

[[nodiscard]] Hash hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace holdfast::crypto
