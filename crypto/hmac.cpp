#include "crypto/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace holdfast::crypto {
namespace {

void require(bool ok) {
  if (ok) return;
  std::fputs("holdfast: OpenSSL could not compute an HMAC\n", stderr);
  std::abort();
}

}  // namespace

void HmacSha256::Free::operator()(void* context) const {
  EVP_MAC_CTX_free(static_cast<EVP_MAC_CTX*>(context));
}

HmacSha256::HmacSha256(std::string_view key) {
  // Fetched once per thread: an implicit fetch costs more than hashing a small body.
  struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  };
  thread_local const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  require(mac != nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac.get());
  require(context != nullptr);
  context_.reset(context);
  std::array<char, 7> name{"SHA256"};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(context, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                       parameters.data()) == 1);
}

HmacSha256& HmacSha256::update(std::string_view bytes) {
  require(EVP_MAC_update(static_cast<EVP_MAC_CTX*>(context_.get()),
                         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1);
  return *this;
}

Hash HmacSha256::finish() {
  Hash hash{};
  std::size_t size = 0;
  require(EVP_MAC_final(static_cast<EVP_MAC_CTX*>(context_.get()), hash.data(), &size, hash.size()) == 1 &&
          size == hash.size());
  return hash;
}

}  // namespace holdfast::crypto
