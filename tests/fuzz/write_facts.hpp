// What is known beside a call's arguments (time, constants, hints, labels seen) and what rules do with it,
// out of dice.
#pragma once

#include "policy/options.hpp"
#include "tests/fuzz/dice.hpp"
#include "tests/fuzz/reference_policy.hpp"

namespace holdfast::fuzz {

// A test on such a fact, or a window of time. `hints`: also on what the server or the agent only claims.
[[nodiscard]] policy::Condition write_fact_test(Dice& dice, bool hints);
// Whether it takes part and until when, its limit, its labels and the like. After action and condition.
void write_manner(Dice& dice, policy::Rule& rule);
// Few moments, so that a call's meets those of the rules.
[[nodiscard]] WallTime pick_time(Dice& dice);
[[nodiscard]] std::string pick_label(Dice& dice);
// The constants that the policy's conditions ask for.
[[nodiscard]] std::map<std::string, std::string> write_env(Dice& dice);

}  // namespace holdfast::fuzz
