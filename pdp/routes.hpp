// The endpoint table of the plane for systems that ask.
#pragma once

#include "net/task.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

net::task<Response> answer(Plane* plane, Request* request);

}  // namespace holdfast::pdp
