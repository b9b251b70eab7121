// What the desk is told of an escalated call: what approvers see, and what ties it to the bytes.
#pragma once

#include "approvals/hold.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// The exchange is judged `escalate` and its body is buffered. What the arguments do not show of the body is
// shown as the body itself: nobody approves what he was not shown (law 2).
[[nodiscard]] approvals::HeldCall held_call(const Exchange& exchange, bool asynchronous);

}  // namespace holdfast::proxy
