// Holds as their approvers see them, and votes by token. An approver sees and decides only holds whose plan
// names them; any other hold is 404, not 403: that it exists, and whose call it is, is not theirs to know.
// Auditors and admins see every hold.
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// GET /v1/approvals?status=&agent=&tool=&limit=&cursor=: newest first.
net::task<Response> list_approvals(Plane* plane, const Request* request);

// GET /v1/approvals/<id>
net::task<Response> show_approval(Plane* plane, const Request* request);

// POST /v1/approvals/<id>/approve|reject: a vote of assurance level 0, by token.
net::task<Response> approve(Plane* plane, const Request* request);
net::task<Response> reject(Plane* plane, const Request* request);

}  // namespace holdfast::control
