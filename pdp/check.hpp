// POST /v1/check: may this call be made? The description of 09-interfaces, and `report: true` from whoever
// will tell how it ended.
#pragma once

#include "net/task.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

net::task<Response> check(Plane* plane, const Request* request);

}  // namespace holdfast::pdp
