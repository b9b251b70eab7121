// What happens to an escalated call: it is held, waited for, and released or refused.
#pragma once

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// The exchange is judged `escalate` and its body is buffered. Answers the caller.
net::task<void> hold_call(Exchange* exchange, Answer* answer);

}  // namespace holdfast::proxy
