// Room in the limits that a call draws on (docs/limits-and-labels.md), and the labels it brings, as on the
// agent plane (proxy/room.hpp): a call that somebody is told to make counts as one that was sent.
#pragma once

#include <chrono>
#include <vector>

#include "net/task.hpp"
#include "pdp/judged.hpp"
#include "pdp/plane.hpp"
#include "pdp/record.hpp"

namespace holdfast::pdp {

// Decides anew, with the room there is. An allowed call then has its room, durably. An escalated one takes it
// with its hold (judge_without). Error: unavailable.
net::task<Result<void>> judge_with_room(Plane* plane, Judged* judged);

// Decides anew without these, of the limits that had room until now.
void judge_without(Judged* judged, const std::vector<Draw>& lacking, std::chrono::milliseconds retry_after);

// Whoever asked was told yes or no. Once; without room it is nothing.
void settle_room(Plane* plane, Judged* judged, bool may_be_made);

// A call whose outcome was promised is over: the labels it brought count from now. The desk ends those of a
// hold with it; of what brought none this is nothing.
void end_labels(proxy::Shared* shared, const About& about);

// When a limit without room may have some; 0: nobody knows.
[[nodiscard]] std::chrono::seconds limited_retry(const Judged& judged);

}  // namespace holdfast::pdp
