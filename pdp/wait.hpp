// GET /v1/check/<approval id>?wait=<seconds>: how it stands, at once or as soon as it is decided.
#pragma once

#include "net/task.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

// Waits no longer than hold.max_wait, and no longer than its client is there; while it does, approvers see
// that somebody waits.
net::task<Response> show_check(Plane* plane, const Request* request);

}  // namespace holdfast::pdp
