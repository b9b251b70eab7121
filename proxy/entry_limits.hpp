// Sizes that keep an entry of the receipt log within its limit (05-receipts "Sizes are checked at the door").
#pragma once

#include <string>
#include <string_view>

#include "core/json_text.hpp"
#include "crypto/digest.hpp"

namespace holdfast::proxy {

inline constexpr std::size_t kMaxTarget = 2048;  // bytes; a longer target is recorded by its digest
inline constexpr std::size_t kMaxReason = 1024;

[[nodiscard]] inline std::string target_text(std::string_view target) {
  return target.size() <= kMaxTarget ? json::to_utf8(target)
                                     : crypto::digest_text(crypto::sha256(target)).str();
}

// Cut anywhere: what that leaves of a character is repaired as everything that is not UTF-8.
[[nodiscard]] inline std::string_view reason_that_fits(std::string_view reason) {
  return reason.substr(0, kMaxReason);
}

}  // namespace holdfast::proxy
