#include "pdp/routes.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pdp/auth.hpp"
#include "pdp/check.hpp"
#include "pdp/consume.hpp"
#include "pdp/gate.hpp"
#include "pdp/outcome.hpp"
#include "pdp/wait.hpp"

namespace holdfast::pdp {
namespace {

using Endpoint = net::task<Response> (*)(Plane*, const Request*);

struct Route {
  std::string_view method;
  std::size_t segments;   // of /v1/check/<id>/<last>
  std::string_view last;  // empty: there is no fourth
  Endpoint endpoint;
  std::vector<std::string_view> query;
};

// Nothing else exists.
const std::vector<Route>& routes() {
  static const std::vector<Route> table{
      {"POST", 2, "", check, {}},
      {"GET", 3, "", show_check, {"wait"}},
      {"POST", 4, "consume", consume_check, {}},
      {"POST", 4, "outcome", tell_outcome, {}},
  };
  return table;
}

bool matches(const Route& route, const std::vector<std::string>& segments) {
  if (segments.size() != route.segments || segments[0] != "v1" || segments[1] != "check") return false;
  if (route.segments >= 3 && segments[2].empty()) return false;
  return route.segments < 4 || segments[3] == route.last;
}

Response method_not_allowed(std::string_view method) {
  Response response = control::problem(405, "this endpoint takes another method");
  response.headers.emplace_back("Allow", std::string(method));
  return response;
}

net::task<Response> ask_endpoint(Plane* plane, Request* request, const Route* route) {
  if (route->segments >= 3) request->id = request->target.segments[2];
  auto query = control::only(request->target, route->query);
  if (!query) co_return control::problem(query.error());
  request->query = std::move(*query);
  auto work = route->endpoint(plane, request);
  Response response = co_await std::move(work);
  co_return response;
}

}  // namespace

net::task<Response> answer(Plane* plane, Request* request) {
  if (auto setting = read_setting(*request)) {
    if (auto refused = refuse_stranger(plane, *request, false)) co_return std::move(*refused);
    auto asking = ask_gate(plane, request, std::move(*setting));
    Response response = co_await std::move(asking);
    co_return response;
  }
  if (auto refused = refuse_stranger(plane, *request, true)) co_return std::move(*refused);
  for (const Route& route : routes()) {
    if (!matches(route, request->target.segments)) continue;
    if (request->method != route.method) co_return method_not_allowed(route.method);
    auto work = ask_endpoint(plane, request, &route);
    Response response = co_await std::move(work);
    co_return response;
  }
  co_return control::problem(404, "pdp_plane has no such endpoint");
}

}  // namespace holdfast::pdp
