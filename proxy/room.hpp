// Room in the limits that a call draws on (02-policy "Limits"): asked for before it is sent, and given back
// when it was not.
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

// An allowed call is over: what certainly was not sent gives its room back. Once; without room it is nothing.
void settle_room(Exchange* exchange, bool may_have_been_sent);

// What a call is told that a limit has no room for.
[[nodiscard]] std::string limited_sentence(const Decision& decision);
[[nodiscard]] std::chrono::seconds limited_retry(const Exchange& exchange);

}  // namespace holdfast::proxy
