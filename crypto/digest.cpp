#include "crypto/digest.hpp"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>

#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

// OpenSSL's SHA-256 fails only without memory; a digest that is not one would be worse than no process.
void require(bool good) {
  if (good) return;
  std::fputs("holdfast: OpenSSL cannot compute SHA-256 (out of memory, or no default provider)\n", stderr);
  std::abort();
}

struct FreeMd {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};

// An implicit fetch costs half a microsecond a digest in OpenSSL 3.0, so each thread fetches once.
const EVP_MD* fetched_sha256() {
  thread_local const std::unique_ptr<EVP_MD, FreeMd> md(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  require(md != nullptr);
  return md.get();
}

EVP_MD_CTX* context_of(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

}  // namespace

void Sha256::Free::operator()(void* context) const {
  EVP_MD_CTX_free(context_of(context));
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_DigestInit_ex2(context_of(context_.get()), fetched_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash hash;
  require(EVP_DigestFinal_ex(context_of(context_.get()), hash.data(), nullptr) == 1);
  // A null type starts again with the digest the context has.
  require(EVP_DigestInit_ex2(context_of(context_.get()), nullptr, nullptr) == 1);
  return hash;
}

Hash sha256(std::string_view bytes) {
  thread_local Sha256 hasher;
  return hasher.update(bytes).finish();
}

std::string digest_text(const Hash& hash) {
  return "sha256:" + to_hex(bytes_of(hash));
}

}  // namespace holdfast::crypto
