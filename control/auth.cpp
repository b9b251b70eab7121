#include "control/auth.hpp"

#include <optional>
#include <string>

#include "core/log.hpp"

namespace holdfast::control {
namespace {

// RFC 6750 §3: an error attribute only when a credential was there.
Response unauthenticated(std::string_view challenge, std::string_view detail) {
  Response response = problem(401, detail);
  response.headers.emplace_back("WWW-Authenticate", std::string(challenge));
  return response;
}

// The credential of one `Authorization: Bearer <token>` (RFC 6750 §2.1); the scheme's case does not matter.
std::optional<std::string_view> bearer_token(const Request& request) {
  if (net::count_headers(request.headers, "authorization") != 1) return std::nullopt;
  const std::string_view value = net::find_header(request.headers, "authorization")->value;
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos || !net::same_name(value.substr(0, space), "bearer"))
    return std::nullopt;
  const std::size_t start = value.find_first_not_of(' ', space);
  if (start == std::string_view::npos) return std::nullopt;
  return value.substr(start);
}

}  // namespace

std::optional<Caller> caller_of_token(const approvals::Options& roster,
                                      const std::vector<TokenHolder>& others, std::string_view token) {
  std::optional<Caller> found;
  int matches = 0;
  const auto look = [&](const Secret& theirs, const Caller& caller) {
    // Who has no token has an empty one, which no credential is.
    if (!theirs.equals(token) || theirs.empty()) return;
    found = caller;
    ++matches;
  };
  for (const approvals::Approver& approver : roster.approvers)
    look(approver.token, {approver.id, true, approver.roles, approver.marks.token});
  for (const TokenHolder& other : others)
    look(other.token, {other.id, false, other.roles, {}});
  // A token two people share would let one vote under two names.
  return matches == 1 ? found : std::nullopt;
}

tl::expected<Caller, Response> authenticate(Plane* plane, const Request& request) {
  const auto token = bearer_token(request);
  // No credential is no guess: it costs the address nothing.
  if (!token) {
    return tl::unexpected(unauthenticated(
        "Bearer realm=\"holdfast\"",
        "this endpoint needs the header 'Authorization: Bearer <token of the control plane>'"));
  }
  const auto caller = caller_of_token(*plane->context.approvals, plane->context.options.tokens, *token);
  if (caller) return *caller;
  const auto wait = plane->failures.wait(request.peer);
  if (wait.count() > 0) return tl::unexpected(too_many_failures(wait));
  plane->failures.failed(request.peer);
  log::warning("control_unauthenticated",
               {{"peer", request.peer.to_string()}, {"path", path_of(request.target)}});
  return tl::unexpected(unauthenticated("Bearer realm=\"holdfast\", error=\"invalid_token\"",
                                        "the bearer token belongs to nobody"));
}

Response too_many_failures(std::chrono::seconds wait) {
  Response response = problem(429, "too many failed attempts to authenticate came from this address");
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

}  // namespace holdfast::control
