// What an allowed call is charged with before it is sent: room in the limits it draws on (02-policy
// "Limits"), given back when it was not sent, and the labels it brings its agent ("Flow").
#pragma once

#include <string>

#include "approvals/desk.hpp"
#include "net/task.hpp"
#include "proxy/exchange.hpp"
#include "proxy/judge.hpp"
#include "proxy/take_room.hpp"

namespace holdfast::proxy {

// Whether room could make the decision a laxer one.
[[nodiscard]] inline bool wants_room(const Decision& decision) {
  return !decision.wants.empty();
}

// Whether what the call does must be on the log before it leaves (law 4), in either mode of the log.
[[nodiscard]] inline bool is_accounted(const Decision& decision) {
  return !decision.draws.empty() || !decision.add_labels.empty();
}

// What its decision draws on (judge_with_room). The body has been read whole.
[[nodiscard]] approvals::Reservation reservation_of(const Exchange& exchange);

// Puts on the call's agent, before the call is sent, what it will have seen then. Error: unavailable.
net::task<Result<void>> label_agent(Exchange* exchange);

// An allowed call is over: what certainly was not sent gives its room back, and its labels count from now.
// Once; without room and labels it is nothing.
void settle_account(Exchange* exchange, bool may_have_been_sent);

// The same for a call that is not sent, as the log did not take its entry. If the entry may be there all the
// same, the next start takes the call for one that may have been sent, so its room stays taken.
void settle_unrecorded(Exchange* exchange, const Error& why);

// What a call is told that a limit has no room for.
[[nodiscard]] std::string limited_sentence(const Decision& decision);

}  // namespace holdfast::proxy
