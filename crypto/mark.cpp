#include "crypto/mark.hpp"

#include <array>
#include <cstdint>

#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kBytes = 16;

std::array<char, 8> length_of(std::string_view field) {
  std::array<char, 8> bytes{};
  std::uint64_t length = field.size();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, length >>= 8U)
    *byte = static_cast<char>(length & 0xFFU);
  return bytes;
}

}  // namespace

MarkKey MarkKey::from_seed(const Secret& seed) {
  return MarkKey(Secret(std::string(bytes_of(hmac_sha256(seed.reveal_secret(), "holdfast-vote-mark-v1")))));
}

std::string MarkKey::mark(std::initializer_list<std::string_view> fields) const {
  HmacSha256 hmac(key_.reveal_secret());
  for (const std::string_view field : fields) {
    const auto length = length_of(field);
    hmac.update({length.data(), length.size()}).update(field);
  }
  return to_hex(bytes_of(hmac.finish()).substr(0, kBytes));
}

}  // namespace holdfast::crypto
