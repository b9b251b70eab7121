// The account of limits: what was taken from which window, by which call, and what is left. One transaction
// writes a hold and the room it takes, so the account belongs to the store, and the desk keeps it.
//
// What a call takes counts from the moment it was taken, for the time the limit says. What a held call takes
// is its own for as long as it is held and under way, and counts from its end. What was certainly not sent
// comes back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "approvals/limit_time.hpp"
#include "core/decision.hpp"
#include "core/ending.hpp"

namespace holdfast::approvals {

// What one call takes.
struct Spending {
  std::string call;
  std::span<const Draw> draws;
  LimitMark now;
  std::string log_head;  // the receipt log's newest checkpoint
};

// Which limits have no room for a call; none: all have.
struct Room {
  std::vector<Draw> lacking;
  Milliseconds retry_after{0};  // when that may be otherwise
};

// A call that was let through without being held, and whose ending the store does not know.
struct Unsettled {
  std::string call;
  std::string log_head;  // as in Spending
};

// Whether somebody may have acted on the call: then what it took stays taken.
[[nodiscard]] constexpr bool may_have_been_sent(Ending ending) {
  return ending == Ending::succeeded || ending == Ending::outcome_unknown || ending == Ending::permitted ||
         ending == Ending::failed;
}

}  // namespace holdfast::approvals
