#include "crypto/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace holdfast::crypto {
namespace {

void require(bool ok) {
  if (ok) return;
  std::fputs("holdfast: OpenSSL could not compute an HMAC\n", stderr);
  std::abort();
}

struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

// With its digest set, so that EVP_MAC_init needs nothing but a key.
Context make_context() {
  struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  };
  const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  require(mac != nullptr);
  Context context(EVP_MAC_CTX_new(mac.get()));
  require(context != nullptr);
  std::array<char, 7> name{"SHA256"};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
  require(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
  return context;
}

// Fetching and making a context costs more than hashing a small body, so each thread keeps what it has made.
std::vector<Context>& spare_contexts() {
  thread_local std::vector<Context> spare;
  return spare;
}

constexpr std::size_t kMostSpare = 64;

Context take_context() {
  auto& spare = spare_contexts();
  if (spare.empty()) return make_context();
  Context context = std::move(spare.back());
  spare.pop_back();
  return context;
}

const unsigned char* octets(std::string_view bytes) {
  // An empty view may have no address; OpenSSL takes a null key for "the same key again".
  return reinterpret_cast<const unsigned char*>(bytes.empty() ? "" : bytes.data());
}

}  // namespace

void HmacSha256::PutBack::operator()(void* context) const {
  Context used(static_cast<EVP_MAC_CTX*>(context));
  if (auto& spare = spare_contexts(); spare.size() < kMostSpare) spare.push_back(std::move(used));
}

HmacSha256::HmacSha256(std::string_view key) {
  Context context = take_context();
  require(EVP_MAC_init(context.get(), octets(key), key.size(), nullptr) == 1);
  context_.reset(context.release());
}

HmacSha256& HmacSha256::update(std::string_view bytes) {
  require(EVP_MAC_update(static_cast<EVP_MAC_CTX*>(context_.get()), octets(bytes), bytes.size()) == 1);
  return *this;
}

Hash HmacSha256::finish() {
  Hash hash{};
  std::size_t size = 0;
  require(EVP_MAC_final(static_cast<EVP_MAC_CTX*>(context_.get()), hash.data(), &size, hash.size()) == 1 &&
          size == hash.size());
  return hash;
}

Hash hmac_sha256(std::string_view key, std::string_view bytes) {
  return HmacSha256(key).update(bytes).finish();
}

}  // namespace holdfast::crypto
