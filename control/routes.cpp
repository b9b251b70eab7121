#include "control/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/agents_api.hpp"
#include "control/approvals_api.hpp"
#include "control/auth.hpp"
#include "control/callbacks.hpp"
#include "control/door.hpp"
#include "control/halt_api.hpp"
#include "control/metrics_page.hpp"
#include "control/pages.hpp"
#include "control/receipts_api.hpp"
#include "core/log.hpp"

namespace holdfast::control {
namespace {

enum class Access {
  open,        // nothing secret, no effect
  token,       // anybody's bearer token
  voter,       // an approver's
  admin,       // an admin's
  signature,   // the endpoint verifies the request's own signature
  public_log,  // open when receipts.public, else as token
  metrics,     // open unless control_plane.metrics.public is false, then as token
};

using Endpoint = net::task<Response> (*)(Plane*, const Request*);

struct Route {
  std::string_view method;  // GET also answers HEAD
  std::string_view path;    // `*` is one segment
  Access access;
  Endpoint endpoint;
  std::vector<std::string_view> query;
};

// Nothing else exists.
const std::vector<Route>& routes() {
  static const std::vector<Route> table{
      {"GET", "/v1/approvals", Access::token, list_approvals, {"status", "agent", "tool", "limit", "cursor"}},
      {"GET", "/v1/approvals/*", Access::token, show_approval, {}},
      {"POST", "/v1/approvals/*/approve", Access::voter, approve, {}},
      {"POST", "/v1/approvals/*/reject", Access::voter, reject, {}},
      {"POST", "/v1/callbacks/*", Access::signature, take_callback, {}},
      {"GET", "/v1/receipts", Access::token, list_receipts, {"call", "limit"}},
      {"GET", "/v1/receipts/*", Access::token, show_receipt, {}},
      {"GET", "/v1/receipts/*/proof", Access::token, prove_receipt, {}},
      {"POST", "/v1/agents/*", Access::admin, change_agent, {}},
      {"POST", "/v1/halt", Access::token, halt, {}},
      {"POST", "/v1/resume", Access::admin, resume, {}},
      {"GET", "/checkpoint", Access::public_log, show_checkpoint, {}},
      {"GET", "/.well-known/holdfast/", Access::open, describe, {}},
      {"GET", "/metrics", Access::metrics, show_metrics, {}},
      {"GET", "/healthz", Access::open, healthz, {}},
      {"GET", "/readyz", Access::open, readyz, {}},
  };
  return table;
}

// Whether the path is the route's; what stands for `*` goes to `id`, which must not be empty.
bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::string& id) {
  std::string open;
  for (const std::string& segment : segments) {
    if (pattern.empty()) return false;
    pattern.remove_prefix(1);
    const std::string_view expected = pattern.substr(0, pattern.find('/'));
    if (expected == "*" ? segment.empty() : expected != segment) return false;
    if (expected == "*") open = segment;
    pattern.remove_prefix(expected.size());
  }
  if (!pattern.empty()) return false;
  id = std::move(open);
  return true;
}

bool takes(const Route& route, std::string_view method) {
  return method == route.method || (method == "HEAD" && route.method == "GET");
}

Response method_not_allowed(const std::vector<const Route*>& candidates) {
  std::vector<std::string_view> methods;
  for (const Route* route : candidates) {
    methods.push_back(route->method);
    if (route->method == "GET") methods.emplace_back("HEAD");
  }
  const std::string allow = fmt::format("{}", fmt::join(methods, ", "));
  Response response = problem(405, fmt::format("this endpoint takes {} only", allow));
  response.headers.emplace_back("Allow", allow);
  return response;
}

tl::expected<const Route*, Response> find_route(Request& request) {
  std::vector<const Route*> candidates;
  for (const Route& route : routes()) {
    if (!matches(route.path, request.target.segments, request.id)) continue;
    if (takes(route, request.method)) return &route;
    candidates.push_back(&route);
  }
  if (!candidates.empty()) return tl::unexpected(method_not_allowed(candidates));
  return tl::unexpected(problem(404, "the control plane has no such endpoint"));
}

bool needs_token(const Plane& plane, Access access) {
  switch (access) {
    case Access::open:
    case Access::signature:
      return false;
    case Access::token:
    case Access::voter:
    case Access::admin:
      return true;
    case Access::public_log:
      return !plane.context.public_receipts;
    case Access::metrics:
      return !plane.context.options.public_metrics;
  }
  return true;
}

// Why this caller may not, although the credential is good; empty: she may.
std::string_view forbidden(Access access, const Caller& caller) {
  if (access == Access::voter && !caller.votes) return "only an approver votes";
  if (access == Access::admin && !caller.roles.admin)
    return "only an admin may do this: a token with `roles: [admin]` in the configuration";
  return {};
}

// Everything that can refuse before an endpoint is asked, in this order.
tl::expected<const Route*, Response> admit(Plane* plane, Request& request) {
  if (!host_is_ours(plane->context.options, request)) {
    log::warning("control_misdirected", {{"peer", request.peer.to_string()}});
    return tl::unexpected(
        problem(421, "Host names neither the control plane's listen address nor control_plane.url"));
  }
  if (!origin_is_ours(plane->context.options, request)) {
    log::warning("control_cross_origin", {{"peer", request.peer.to_string()}});
    return tl::unexpected(problem(403, "Origin is not the origin of control_plane.url"));
  }
  auto route = find_route(request);
  if (!route) return route;
  if (needs_token(*plane, (*route)->access)) {
    auto caller = authenticate(plane, request);
    if (!caller) return tl::unexpected(std::move(caller.error()));
    const std::string_view why = forbidden((*route)->access, *caller);
    if (!why.empty()) return tl::unexpected(problem(403, why));
    request.caller = *caller;
  }
  auto query = only(request.target, (*route)->query);
  if (!query) return tl::unexpected(problem(query.error()));
  request.query = std::move(*query);
  return route;
}

}  // namespace

net::task<Response> answer(Plane* plane, Request* request) {
  auto route = admit(plane, *request);
  if (!route) co_return std::move(route.error());
  auto work = (*route)->endpoint(plane, request);
  Response response = co_await std::move(work);
  co_return response;
}

}  // namespace holdfast::control
