// Votes that come back by webhook (04-approvals): Standard Webhooks, signed with the secret of the approver
// the path names. The signature is the credential; nothing in the body is read before it holds.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// POST /v1/callbacks/<approver id>
net::task<Response> take_callback(Plane* plane, const Request* request);

}  // namespace holdfast::control
