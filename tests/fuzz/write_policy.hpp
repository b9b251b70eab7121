// Policies and arguments out of dice, in a small vocabulary where names resemble each other and numbers are
// equal in different spellings.
#pragma once

#include <string>

#include "policy/options.hpp"
#include "tests/fuzz/dice.hpp"

namespace holdfast::fuzz {

[[nodiscard]] policy::Options write_policy(Dice& dice);
// The JSON text of an object; `depth` more levels inside.
[[nodiscard]] std::string write_object(Dice& dice, int depth);
[[nodiscard]] std::string pick_name(Dice& dice);
[[nodiscard]] std::string pick_text(Dice& dice);

}  // namespace holdfast::fuzz
