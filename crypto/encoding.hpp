// Hex, base64 and base64url (RFC 4648), strict: one spelling per byte string, no white space.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::crypto {

[[nodiscard]] std::string to_hex(std::string_view bytes);  // lower case
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);  // without padding
// The same where the caller has room for it: base64_size() bytes. They return where they ended.
char* write_base64(char* out, std::string_view bytes);
char* write_base64url(char* out, std::string_view bytes);
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

[[nodiscard]] Result<std::string> from_hex(std::string_view text);
[[nodiscard]] Result<std::string> from_base64(std::string_view text);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);

}  // namespace holdfast::crypto
