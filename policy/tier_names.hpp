// Names for trust tiers in conditions: `trust_tier: untrusted` is written as the number that `trust_tiers`
// gives it.
#pragma once

#include "core/problem.hpp"
#include "policy/options.hpp"

namespace holdfast::policy {

// Before the conditions are compiled, which point into the options.
void resolve_tier_names(Options& options, Problems& problems);

}  // namespace holdfast::policy
