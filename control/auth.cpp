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

const approvals::Approver* approver_of_token(const approvals::Options& roster, std::string_view token) {
  const approvals::Approver* found = nullptr;
  int matches = 0;
  for (const approvals::Approver& approver : roster.approvers) {
    const bool same = approver.token.equals(token);
    // An approver without a token has an empty one, which no credential is.
    if (same && !approver.token.empty()) {
      found = &approver;
      ++matches;
    }
  }
  // A token two approvers share would let one person vote under two names.
  return matches == 1 ? found : nullptr;
}

tl::expected<const approvals::Approver*, Response> authenticate(Plane* plane, const Request& request) {
  const auto token = bearer_token(request);
  // No credential is no guess: it costs the address nothing.
  if (!token) {
    return tl::unexpected(
        unauthenticated("Bearer realm=\"holdfast\"",
                        "this endpoint needs the header 'Authorization: Bearer <token of an approver>'"));
  }
  // Before the comparison: a guess that is refused must not be a guess that was checked.
  const auto wait = plane->failures.wait(request.peer);
  if (wait.count() > 0) return tl::unexpected(too_many_failures(wait));

  const approvals::Approver* caller = approver_of_token(*plane->context.approvals, *token);
  if (caller != nullptr) return caller;
  plane->failures.failed(request.peer);
  log::warning("control_unauthenticated",
               {{"peer", request.peer.to_string()}, {"path", path_of(request.target)}});
  return tl::unexpected(unauthenticated("Bearer realm=\"holdfast\", error=\"invalid_token\"",
                                        "the bearer token belongs to no approver"));
}

Response too_many_failures(std::chrono::seconds wait) {
  Response response = problem(429, "too many failed attempts to authenticate came from this address");
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

}  // namespace holdfast::control
