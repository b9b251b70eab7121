// Room in the limits that a call draws on (02-policy "Limits"), found in one way for whoever judges a call:
// the agent plane and pdp_plane.
//
// `Judged` is a call with its `decision`, and with `has_room` and `retry_after` as Exchange has them. Its
// namespace has
//     void judge_again(Judged*, std::span<const Draw> room);          decides anew, with this room
//     approvals::Reservation reservation_of(const Judged&);           of what the decision draws on
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "approvals/desk.hpp"
#include "net/task.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

// Whether the call would have been held without room, and perhaps was.
[[nodiscard]] bool may_be_held(const std::vector<Draw>& draws);

net::task<Result<approvals::Reserved>> reserve(Shared* shared, approvals::Reservation wanted);

// Of these draws, those that get no room.
[[nodiscard]] std::vector<Draw> lacking_of(const approvals::Reserved& reserved,
                                           const std::vector<Draw>& draws);

[[nodiscard]] std::vector<Draw> all_but(const std::vector<Draw>& draws, const std::vector<Draw>& lacking);

// Decides anew without these, of the limits that had room until now.
template <class Judged>
void judge_without(Judged* judged, const std::vector<Draw>& lacking, std::chrono::milliseconds retry_after) {
  const std::vector<Draw> granted = all_but(judged->decision.draws, lacking);
  judged->retry_after = retry_after;
  judge_again(judged, granted);
}

// Decides anew, with the room there is. An allowed call then has its room, durably. An escalated one takes it
// with its hold (judge_without). Error: unavailable.
template <class Judged>
net::task<Result<void>> judge_with_room(Shared* shared, Judged* judged) {
  const std::vector<Draw> wanted = judged->decision.wants;
  judge_again(judged, wanted);
  // Each turn goes on with fewer.
  while (judged->decision.effect == Effect::allow && !judged->decision.draws.empty()) {
    auto reserving = reserve(shared, reservation_of(*judged));
    const auto reserved = co_await std::move(reserving);
    if (!reserved) co_return fail(reserved.error());
    const std::vector<Draw> lacking = lacking_of(*reserved, judged->decision.draws);
    judged->has_room = lacking.empty();
    if (judged->has_room) break;
    judge_without(judged, lacking, reserved->room.retry_after);
  }
  co_return Result<void>();
}

// When a limit without room may have some; 0: nobody knows.
template <class Judged>
[[nodiscard]] std::chrono::seconds limited_retry(const Judged& judged) {
  std::chrono::milliseconds after = judged.retry_after;
  // What cannot be counted has no room at any time.
  for (const Draw& draw : judged.decision.wants)
    if (judged.retry_after.count() == 0) after = std::max(after, draw.per);
  return std::chrono::ceil<std::chrono::seconds>(after);
}

}  // namespace holdfast::proxy
