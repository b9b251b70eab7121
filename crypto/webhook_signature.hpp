// Standard Webhooks (standardwebhooks.com): `v1,` symmetric signatures over "<id>.<timestamp>.<body>".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::crypto {

// ±5 minutes.
inline constexpr std::chrono::seconds kWebhookWindow{300};

struct WebhookHeaders {
  std::string_view id;
  std::string_view timestamp;  // decimal Unix seconds, nothing else
  std::string_view signature;  // space-separated `v1,<base64>`
};

// A secret is `whsec_<base64 of 24..64 bytes>`. Error: malformed, without the secret in it.
[[nodiscard]] Result<void> check_webhook_secret(const Secret& secret);

// The value of webhook-signature.
[[nodiscard]] Result<std::string> sign_webhook(const Secret& secret, std::string_view id, WallTime at,
                                               std::string_view body);

// Any of the secrets may have signed (rotation): which of them, counted from 0. Errors: malformed (header
// grammar), unauthenticated (no signature fits, or the timestamp is outside the window).
[[nodiscard]] Result<std::size_t> verify_webhook(const std::vector<Secret>& secrets,
                                                 const WebhookHeaders& headers, std::string_view body,
                                                 WallTime now);

}  // namespace holdfast::crypto
