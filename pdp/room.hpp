// Room in the limits that a call draws on (docs/limits-and-labels.md), and the labels it brings, as on the
// agent plane (proxy/room.hpp): a call that somebody is told to make counts as one that was sent.
#pragma once

#include <span>

#include "pdp/judged.hpp"
#include "pdp/plane.hpp"
#include "pdp/record.hpp"
#include "proxy/take_room.hpp"

namespace holdfast::pdp {

// What proxy/take_room.hpp asks of a call.
void judge_again(Judged* judged, std::span<const Draw> room);
[[nodiscard]] approvals::Reservation reservation_of(const Judged& judged);

// Whoever asked was told yes or no. Once; without room it is nothing.
void settle_room(Plane* plane, Judged* judged, bool may_be_made);

// A call whose outcome was promised is over: the labels it brought count from now. The desk ends those of a
// hold with it; of what brought none this is nothing.
void end_labels(proxy::Shared* shared, const About& about);

}  // namespace holdfast::pdp
