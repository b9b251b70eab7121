// risk_level: what the tool's sensitivity and the agent's trust tier make together (02-policy "Risk").
#pragma once

#include <string_view>

#include "core/decision.hpp"
#include "policy/options.hpp"

namespace holdfast::policy {

// A sensitivity we do not know counts as high, a tier outside 1..5 as 5.
[[nodiscard]] RiskLevel risk_of(const RiskMatrix& matrix, std::string_view sensitivity, int trust_tier);

}  // namespace holdfast::policy
