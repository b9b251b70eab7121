#include "crypto/webhook_signature.hpp"

#include <openssl/crypto.h>

#include <charconv>
#include <cstdint>
#include <optional>

#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortest = 24;
constexpr std::size_t kLongest = 64;

Result<Secret> key_of(const Secret& secret) {
  const std::string_view text = secret.reveal_secret();
  if (!text.starts_with(kPrefix)) {
    return fail(Code::malformed, "a webhook secret begins with whsec_");
  }
  auto key = from_base64(text.substr(kPrefix.size()));
  if (!key)
    return fail(Code::malformed, "a webhook secret is whsec_ and base64; what follows whsec_ is not base64");
  Secret held(std::move(*key));
  if (held.size() < kShortest || held.size() > kLongest) {
    return fail(Code::malformed, "a webhook secret holds 24 to 64 bytes in base64; this one holds " +
                                     std::to_string(held.size()));
  }
  return held;
}

Hash signature_of(const Secret& key, std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string text;
  text.reserve(id.size() + timestamp.size() + body.size() + 2);
  text.append(id).append(".").append(timestamp).append(".").append(body);
  return hmac_sha256(key.reveal_secret(), text);
}

// Digits only: no sign, no space, no zero in front, nothing behind.
std::optional<std::int64_t> decimal(std::string_view text) {
  if (text.empty() || text.size() > 12 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The `v1,` signatures of the header; other versions are skipped, as the specification asks. Empty: bad
// grammar.
std::vector<std::string> v1_signatures(std::string_view header) {
  std::vector<std::string> signatures;
  while (!header.empty()) {
    const std::string_view token = header.substr(0, header.find(' '));
    header.remove_prefix(std::min(header.size(), token.size() + 1));
    if (!token.starts_with("v1,")) continue;
    auto bytes = from_base64(token.substr(3));
    if (!bytes || bytes->size() != sizeof(Hash)) return {};
    signatures.push_back(std::move(*bytes));
  }
  return signatures;
}

// The id is joined to timestamp and body by full stops, so one inside it would let two messages share a
// signature.
bool is_message_id(std::string_view id) {
  return !id.empty() && id.size() <= 256 && id.find('.') == std::string_view::npos;
}

}  // namespace

Result<void> check_webhook_secret(const Secret& secret) {
  const auto key = key_of(secret);
  if (!key) return fail(key.error());
  return {};
}

Result<std::string> sign_webhook(const Secret& secret, std::string_view id, WallTime at,
                                 std::string_view body) {
  const auto key = key_of(secret);
  if (!key) return fail(key.error());
  if (!is_message_id(id))
    return fail(Code::malformed, "webhook-id must be 1 to 256 characters without a full stop");
  return "v1," + to_base64(bytes_of(signature_of(*key, id, std::to_string(unix_seconds(at)), body)));
}

Result<std::size_t> verify_webhook(const std::vector<Secret>& secrets, const WebhookHeaders& headers,
                                   std::string_view body, WallTime now) {
  if (!is_message_id(headers.id)) {
    return fail(Code::malformed, "webhook-id must be 1 to 256 characters without a full stop");
  }
  const auto timestamp = decimal(headers.timestamp);
  if (!timestamp) return fail(Code::malformed, "webhook-timestamp must be Unix seconds in decimal digits");
  const auto signatures = v1_signatures(headers.signature);
  if (signatures.empty()) return fail(Code::malformed, "webhook-signature holds no v1,<base64> signature");

  std::optional<std::size_t> fits;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const auto key = key_of(secrets[i]);
    if (!key) return fail(key.error());
    const Hash expected = signature_of(*key, headers.id, headers.timestamp, body);
    for (const std::string& signature : signatures) {
      const bool same = CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
      if (same && !fits) fits = i;
    }
  }
  if (!fits) return fail(Code::unauthenticated, "no webhook signature fits this message");
  const std::int64_t age = unix_seconds(now) - *timestamp;
  if (age > kWebhookWindow.count() || age < -kWebhookWindow.count()) {
    return fail(Code::unauthenticated, "webhook-timestamp is more than five minutes from our clock");
  }
  return *fits;
}

}  // namespace holdfast::crypto
