// What an allowed call is charged with before it is sent: room in the limits it draws on (02-policy
// "Limits"), given back when it was not sent, and the labels it brings its agent ("Flow").
#pragma once

#include <string>

#include "approvals/desk.hpp"
#include "net/task.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// Whether room could make the decision a laxer one.
[[nodiscard]] inline bool wants_room(const Decision& decision) {
  return !decision.wants.empty();
}

// Whether what the call does must be on the log before it leaves (law 4), in either mode of the log.
[[nodiscard]] inline bool is_accounted(const Decision& decision) {
  return !decision.draws.empty() || !decision.add_labels.empty();
}

// Decides anew, with the room there is. An allowed call then has its room, durably. An escalated one takes it
// with its hold (judge_without). The body has been read whole. Error: unavailable.
net::task<Result<void>> judge_with_room(Exchange* exchange);

// Decides anew without these, of the limits that had room until now.
void judge_without(Exchange* exchange, const std::vector<Draw>& lacking,
                   std::chrono::milliseconds retry_after);

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
[[nodiscard]] std::chrono::seconds limited_retry(const Exchange& exchange);

}  // namespace holdfast::proxy
