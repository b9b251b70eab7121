// The kill switch over HTTP (04-approvals): anyone with a credential of this plane halts, only an admin
// resumes.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// POST /v1/halt {"reason":""}: 200 {"halted":true,"by","via","reason","at"}, also when it was halted before;
// then who did it first. 500 and 503: everything is halted, but this is not on disk, or not in the receipt
// log.
net::task<Response> halt(Plane* plane, const Request* request);

// POST /v1/resume {"reason":""}: 200 {"halted":false,...}, also when nothing is halted.
net::task<Response> resume(Plane* plane, const Request* request);

}  // namespace holdfast::control
