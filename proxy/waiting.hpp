// The wait for a decision: resolution, deadline, client gone, cancellation or drain, whichever comes first,
// with signs of life in between. It only waits; what follows from it is the pipeline's.
#pragma once

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"
#include "proxy/hold_watch.hpp"
#include "proxy/rung.hpp"

namespace holdfast::proxy {

enum class WaitEnd {
  approved,
  ended,      // the hold has its ending, and its response if one is kept
  too_long,   // the rung's time is over; the hold lives on
  gone,       // the client is no longer there
  cancelled,  // the client said it no longer wants the answer
  draining,
};

// Begins the stream of events first, if the rung has signs. The watch is attached. While everything is halted
// an approved hold is waited for like a pending one.
net::task<WaitEnd> wait_for_decision(Exchange* exchange, Answer* answer, HoldWatchPtr watch, Signs signs,
                                     SteadyTime until);

}  // namespace holdfast::proxy
