// The pages that need no credential: who we are, whether we live, whether we can work.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// GET /.well-known/holdfast/: the log's name and key, and how to check a receipt with them.
net::task<Response> describe(Plane* plane, const Request* request);

// GET /healthz: 200 as long as anybody answers.
net::task<Response> healthz(Plane* plane, const Request* request);

// GET /readyz: 200, or 503 with one sentence (06-deployment).
net::task<Response> readyz(Plane* plane, const Request* request);

}  // namespace holdfast::control
