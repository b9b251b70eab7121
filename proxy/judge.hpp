// Judging a call with what is known of its agent now.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "net/task.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// By the exchange's own snapshot, at that time, with the labels that its agent has at this moment. `room`: as
// Policy::decide's `granted`.
void judge(Exchange* exchange, WallTime now, std::span<const Draw> room = {});
// At the time of before.
void judge_again(Exchange* exchange, std::span<const Draw> room);

// What the agent will have seen once this call has its answer.
[[nodiscard]] std::vector<std::string> labels_of(const Decision& decision);

// Puts that on the agent, before the call is sent: durable, and judged by, when this returns. Error:
// unavailable.
net::task<Result<void>> label_agent(Shared* shared, std::string agent, std::vector<std::string> labels);

}  // namespace holdfast::proxy
