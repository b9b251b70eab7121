// Holds as the command line shows them (object A of 09-interfaces). Every text in them may come from an
// agent.
#pragma once

#include <span>
#include <string>

#include "core/json.hpp"

namespace holdfast::app {

// One line each; long arguments are cut, so nothing is decided on this.
[[nodiscard]] std::string approvals_table(std::span<const json::Value> approvals);

// All of one, arguments whole.
[[nodiscard]] std::string approval_text(const json::Value& approval);

// "approved: 1 of 2 votes, still asked: bob".
[[nodiscard]] std::string vote_outcome(const json::Value& approval, bool approved);

}  // namespace holdfast::app
