#include "crypto/encoding.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <boost/algorithm/hex.hpp>

namespace holdfast::crypto {
namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string encode(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), octets(bytes), bytes.size(), variant);
  text.pop_back();  // the length counts a closing NUL
  return text;
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
  if (encode(bytes, variant) != text) return fail(Code::malformed, std::string("the text is not ") + name);
  return bytes;
}

bool is_lower_hex(std::string_view text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  boost::algorithm::hex_lower(bytes.begin(), bytes.end(), text.begin());
  return text;
}

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the NUL that OpenSSL closes it with
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets(bytes),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

std::string to_base64url(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
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
