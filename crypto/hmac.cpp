#include "crypto/hmac.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

namespace holdfast::crypto {
namespace {

constexpr std::size_t kBlock = 64;
constexpr unsigned char kInner = 0x36, kOuter = 0x5c;

using Block = std::array<char, kBlock>;

// RFC 2104 §2: a longer key is hashed first, a shorter one is filled up with zeros.
Block block_of(std::string_view key) {
  Block block{};
  if (key.size() > kBlock) {
    const Hash hash = sha256(key);
    std::memcpy(block.data(), hash.data(), hash.size());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  return block;
}

void flip(Block& block, unsigned char pad) {
  for (char& c : block)
    c = static_cast<char>(static_cast<unsigned char>(c) ^ pad);
}

}  // namespace

HmacSha256::HmacSha256(std::string_view key) {
  Block block = block_of(key);
  flip(block, kInner);
  keyed_inner_.update({block.data(), block.size()});
  inner_ = keyed_inner_;
  flip(block, kInner ^ kOuter);
  keyed_outer_.update({block.data(), block.size()});
  OPENSSL_cleanse(block.data(), block.size());
}

HmacSha256::~HmacSha256() {
  OPENSSL_cleanse(this, sizeof *this);
}

HmacSha256& HmacSha256::update(std::string_view bytes) {
  inner_.update(bytes);
  return *this;
}

Hash HmacSha256::finish() {
  const Hash inner = inner_.finish();
  inner_ = keyed_inner_;
  return Sha256(keyed_outer_).update(bytes_of(inner)).finish();
}

Hash hmac_sha256(std::string_view key, std::string_view bytes) {
  return HmacSha256(key).update(bytes).finish();
}

}  // namespace holdfast::crypto
