// Answers that come from the store instead of an upstream.
#pragma once

#include "approvals/desk.hpp"
#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// The response that was kept for a call, to somebody who sent the identical request: an MCP reply under his
// own id.
net::task<void> answer_stored(Exchange* exchange, Answer* answer, approvals::HoldPtr hold);

// Why an ended hold was not run, or what became of it, in one sentence for the agent.
[[nodiscard]] std::string ending_sentence(const approvals::Hold& hold);

}  // namespace holdfast::proxy
