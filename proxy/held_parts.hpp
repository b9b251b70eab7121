// The steps of held.cpp that asynchronous.cpp takes too. Not for others.
#pragma once

#include "proxy/answer.hpp"
#include "proxy/hold_watch.hpp"
#include "proxy/reply.hpp"
#include "proxy/rung.hpp"

namespace holdfast::proxy {

// Waits, and releases when it may, until there is something to tell the caller, and tells it.
net::task<void> wait_and_release(Exchange* exchange, Answer* answer, HoldWatchPtr watch, Rung rung);

// Stops waiting at the desk. Once.
net::task<void> detach(Exchange* exchange, HoldWatchPtr watch);

[[nodiscard]] Refusal pending_refusal(const Exchange& exchange, const approvals::Hold& hold);

}  // namespace holdfast::proxy
