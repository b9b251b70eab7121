// Calls that run at their approval whether anybody is there or not, and whose responses are kept (03-calls
// "When an approved call runs"). They outlive their connection, and the process: their requests are stored
// sealed.
#pragma once

#include <string>

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"
#include "proxy/hold_watch.hpp"

namespace holdfast::proxy {

// Answers that the call waits, and leaves it to run by itself. The watch is attached.
net::task<void> start_later(Exchange* exchange, Answer* answer, HoldWatchPtr watch);

// After a restart: waits for a hold whose request is stored, as if it had come just now. Where it runs, and
// whether, is decided at its release, as always.
net::task<void> resume_later(Worker* worker, std::string hold);

}  // namespace holdfast::proxy
