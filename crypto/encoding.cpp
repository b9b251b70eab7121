#include "crypto/encoding.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdint>

#include "core/hex.hpp"

namespace holdfast::crypto {
namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

using Alphabet = char[65];
constexpr Alphabet kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr Alphabet kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// RFC 4648 §4, by table. libsodium's, which hides what it encodes from whoever shares the processor's caches,
// takes a thousand instructions for the nonce of a call: more than that needs.
char* encode(char* out, std::string_view bytes, const Alphabet& alphabet) {
  const unsigned char* in = octets(bytes);
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3, out += 4) {
    out[0] = alphabet[in[0] >> 2];
    out[1] = alphabet[(in[0] << 4 | in[1] >> 4) & 63];
    out[2] = alphabet[(in[1] << 2 | in[2] >> 6) & 63];
    out[3] = alphabet[in[2] & 63];
  }
  if (left > 0) {
    const unsigned second = left == 2 ? in[1] : 0U;
    *out++ = alphabet[in[0] >> 2];
    *out++ = alphabet[(in[0] << 4 | second >> 4) & 63];
    if (left == 2) *out++ = alphabet[second << 2 & 63];
  }
  return out;
}

std::string encode_as(int variant, std::string_view bytes) {
  return variant == sodium_base64_VARIANT_ORIGINAL ? to_base64(bytes) : to_base64url(bytes);
}

// libsodium's decoder refuses white space, wrong padding and bits left over in the last character; but 1.0.18
// takes the bytes 0xAB and 0xAF for + and /, because it looks at signed characters. So what was read is
// written again: only its one spelling passes.
Result<std::string> decode(std::string_view text, int variant, const char* name) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, variant) != 0) {
    return fail(Code::malformed, std::string("the text is not ") + name);
  }
  bytes.resize(size);
  if (encode_as(variant, bytes) != text) return fail(Code::malformed, std::string("the text is not ") + name);
  return bytes;
}

bool is_lower_hex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (const char byte : bytes)
    out = write_hex(out, static_cast<std::uint8_t>(byte));
  return text;
}

std::string to_base64(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '\0');
  write_base64(text.data(), bytes);
  return text;
}

std::string to_base64url(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '\0');
  text.resize(static_cast<std::size_t>(write_base64url(text.data(), bytes) - text.data()));
  return text;
}

char* write_base64(char* out, std::string_view bytes) {
  out = encode(out, bytes, kStandard);
  return std::fill_n(out, (3 - bytes.size() % 3) % 3, '=');
}

char* write_base64url(char* out, std::string_view bytes) {
  return encode(out, bytes, kUrlSafe);
}

Result<std::string> from_hex(std::string_view text) {
  if (!is_lower_hex(text)) return fail(Code::malformed, "the text is not lower-case hexadecimal");
  std::string bytes(text.size() / 2, '\0');
  std::size_t size = 0;
  sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                 nullptr, &size, nullptr);
  return bytes;
}

Result<std::string> from_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL, "base64");
}

Result<std::string> from_base64url(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, "base64url without padding");
}

}  // namespace holdfast::crypto
