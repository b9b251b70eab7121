// The page of figures that Prometheus scrapes.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// GET /metrics: every figure of this sidecar, in Prometheus' text format (docs/metrics.md).
net::task<Response> show_metrics(Plane* plane, const Request* request);

}  // namespace holdfast::control
