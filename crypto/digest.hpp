// SHA-256 over OpenSSL, with the algorithm fetched once per thread.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast::crypto {

using Hash = std::array<unsigned char, 32>;

// Incremental SHA-256. One thread at a time. Ends the process if OpenSSL fails, which it does only without
// memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256& update(std::string_view bytes);
  [[nodiscard]] Hash finish();  // and starts again

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

[[nodiscard]] Hash sha256(std::string_view bytes);

// `sha256:<lower-case hex>`, the spelling of every digest a user sees.
[[nodiscard]] std::string digest_text(const Hash& hash);

[[nodiscard]] inline std::string_view bytes_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace holdfast::crypto
