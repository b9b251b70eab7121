// Judging a call with what is known of its agent now.
#pragma once

#include <span>

#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// By the exchange's own snapshot, at that time, with the labels that its agent has at this moment. `room`: as
// Policy::decide's `granted`.
void judge(Exchange* exchange, WallTime now, std::span<const Draw> room = {});
// At the time of before.
void judge_again(Exchange* exchange, std::span<const Draw> room);

}  // namespace holdfast::proxy
