// What an admin does about an agent (09-interfaces).
#pragma once

#include "control/message.hpp"
#include "control/plane.hpp"
#include "net/task.hpp"

namespace holdfast::control {

// POST /v1/agents/<id> {"remove_labels":["..."]}: takes labels off that it has collected, durably, and
// after the receipt log has an entry that says who did. 200
// {"id","labels_seen":[...]}: those that are left. 400; 503: nothing was taken off.
net::task<Response> change_agent(Plane* plane, const Request* request);

}  // namespace holdfast::control
