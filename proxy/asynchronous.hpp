// Calls that run at their approval whether anybody is there or not, and whose responses are kept (03-calls
// "When an approved call runs"). Their requests are stored sealed, so that while they wait nothing of them is
// here, and they outlive the process.
#pragma once

#include <string>

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"
#include "proxy/hold_watch.hpp"

namespace holdfast::proxy {

// Answers that the call waits. The watch is attached; afterwards nobody watches.
net::task<void> answer_later(Exchange* exchange, Answer* answer, HoldWatchPtr watch);

// Runs the stored request of a hold that has been approved, until it has run or the approval is over. Told of
// one that runs here already it does nothing. Where it runs, and whether, is decided at its release, as
// always.
net::task<void> run_stored(Worker* worker, std::string hold);

}  // namespace holdfast::proxy
