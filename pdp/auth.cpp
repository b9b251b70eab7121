#include "pdp/auth.hpp"

#include <string>

#include "control/auth.hpp"
#include "core/log.hpp"

namespace holdfast::pdp {
namespace {

// Exactly one of that name, or none at all.
std::optional<std::string_view> only_one(const Request& request, std::string_view name) {
  if (net::count_headers(request.headers, name) != 1) return std::nullopt;
  return net::find_header(request.headers, name)->value;
}

std::optional<std::string_view> shown_token(const Request& request, bool bearer) {
  if (net::count_headers(request.headers, kTokenHeader) > 0) return only_one(request, kTokenHeader);
  constexpr std::string_view kScheme = "bearer ";
  const auto value = bearer ? only_one(request, "Authorization") : std::nullopt;
  if (!value || !net::same_name(value->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::size_t start = value->find_first_not_of(' ', kScheme.size());
  return start == std::string_view::npos ? std::nullopt : std::optional(value->substr(start));
}

// RFC 9110 §11.6.1: a 401 says what would help.
Response unauthenticated(std::string_view detail) {
  Response response = control::problem(401, detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"holdfast-pdp\"");
  return response;
}

}  // namespace

std::optional<Response> refuse_stranger(Plane* plane, const Request& request, bool bearer) {
  const auto token = shown_token(request, bearer);
  // No credential is no guess: it costs the address nothing.
  if (!token) {
    return unauthenticated(bearer
                               ? "this plane needs the header 'Authorization: Bearer <token of pdp_plane>'"
                               : "this endpoint needs the header 'Holdfast-Pdp-Token: <token of pdp_plane>'");
  }
  // First: whoever shares the address, as an agent on the same machine does, could otherwise lock the proxy
  // out by guessing wrong. What keeps the token from being guessed is its length (control/auth.hpp).
  if (plane->context.options.token.equals(*token)) return std::nullopt;
  const auto wait = plane->failures.wait(request.peer);
  if (wait.count() > 0) return control::too_many_failures(wait);
  plane->failures.failed(request.peer);
  log::warning("pdp_unauthenticated", {{"peer", request.peer.to_string()}});
  return unauthenticated("this token is not that of pdp_plane");
}

}  // namespace holdfast::pdp
