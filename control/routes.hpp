// The endpoints of the control plane (09-interfaces), and the way every request takes to one of them.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// Meant for us, known path, right method, authenticated, known parameters, and only then the endpoint.
// `plane` and `request` must stay until it returns. Loop thread only.
net::task<Response> answer(Plane* plane, Request* request);

}  // namespace holdfast::control
