// The request digest: what approvers approve and what is computed again at release. SHA-256 over the RFC 9421
// §2.5 signature base of 05-receipts "Request digest".
#pragma once

#include <boost/container/small_vector.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/digest.hpp"

namespace holdfast::crypto {

struct RequestComponents {
  std::string_view method;
  std::string_view target_uri;    // the upstream's
  std::string_view content_type;  // empty: omitted
  Hash content{};                 // SHA-256 of the exact body, for MCP of the canonical call
  // The other headers of the match key: lower-case name, value; any order. authorization and cookie are
  // hashed here.
  boost::container::small_vector<std::pair<std::string_view, std::string_view>, 8> headers;
};

// The text that is hashed: lines separated by LF, none at the end.
[[nodiscard]] std::string signature_base(const RequestComponents& components, std::string_view nonce);

// `sha256:<hex>`. nonce: 128 random bits, base64url.
[[nodiscard]] DigestText request_digest(const RequestComponents& components, std::string_view nonce);

// 128 random bits, base64url.
using Nonce = ShortText<22>;
[[nodiscard]] Nonce make_nonce();

}  // namespace holdfast::crypto
