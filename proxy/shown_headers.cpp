#include "proxy/shown_headers.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "core/json_text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/mark.hpp"
#include "policy/header_name.hpp"
#include "proxy/claims.hpp"
#include "proxy/headers.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::array<std::string_view, 19> kAnywhere{
    "authorization", "cookie",    "token",  "secret",  "passw", "passphrase", "passcode",
    "credential",    "apikey",    "bearer", "api-key", "jwt",   "dpop",       "signature",
    "session-id",    "sessionid", "mfa",    "totp",    "2fa"};
constexpr std::array<std::string_view, 10> kLastWord{"key", "auth", "pin",       "otp",     "pwd",
                                                     "sid", "pass", "assertion", "session", "pat"};
constexpr std::array<std::string_view, 4> kLastWords{"auth-code", "access-code", "login-code",
                                                     "security-code"};

// By its name, or because the upstream's owner injects one of that name.
bool is_credential(const Recognised& call, std::string_view name) {
  const auto& inject = call.upstream->inject;
  return names_credential(name) || std::any_of(inject.begin(), inject.end(), [&](const InjectedHeader& ours) {
           return policy::may_be_same_header(ours.name, name);
         });
}

std::string line_text(const Recognised& call, std::string_view name, std::string_view value) {
  json::ObjectText object;
  object.set("name", name);
  if (is_credential(call, name)) {
    const auto key = crypto::MarkKey::from_seed(Secret(call.snapshot->session_key));
    object.set("credential", key.mark({"header", name, value}));
  } else if (json::is_utf8(value)) {
    object.set("value", value);
  } else {
    object.set("value_base64", crypto::to_base64(value));
  }
  return object.text();
}

}  // namespace

bool names_credential(std::string_view lower_name) {
  const std::string name = policy::careless_header(lower_name);
  // Whoever means two payments says so with it.
  if (name.ends_with("idempotency-key")) return false;
  const std::string_view last = std::string_view(name).substr(name.rfind('-') + 1);
  return std::find(kLastWord.begin(), kLastWord.end(), last) != kLastWord.end() ||
         std::any_of(kLastWords.begin(), kLastWords.end(),
                     [&](std::string_view words) { return name.ends_with(words); }) ||
         std::any_of(kAnywhere.begin(), kAnywhere.end(),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

std::string shown_headers(const Recognised& call, const crypto::RequestComponents& components) {
  std::multimap<std::string_view, std::string_view> lines(components.headers.begin(),
                                                          components.headers.end());
  if (!components.content_type.empty()) lines.emplace("content-type", components.content_type);
  std::vector<std::string> shown;
  shown.reserve(lines.size());
  for (const auto& [name, value] : lines) {
    if (name != kContextComponent) shown.push_back(line_text(call, name, value));
  }
  return json::array_text(shown);
}

}  // namespace holdfast::proxy
