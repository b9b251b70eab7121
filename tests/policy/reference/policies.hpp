// Policies as nobody would write them, but that compile.
#pragma once

#include "policy/options.hpp"
#include "tests/policy/reference/random.hpp"

namespace holdfast::reference {

[[nodiscard]] policy::Options some_policy(Random& random);
// `hints`: it may read what nobody vouches for, which a condition that allows may not.
[[nodiscard]] policy::Condition some_condition(Random& random, int depth, bool hints);

}  // namespace holdfast::reference
