#include "policy/risk.hpp"

#include <array>

namespace holdfast::policy {
namespace {

using enum RiskLevel;
using Row = std::array<RiskLevel, 5>;  // tiers 1 to 5

constexpr Row kLow = {low, low, medium, high, high};
constexpr Row kStandard = {medium, medium, medium, high, high};
constexpr Row kHigh = {high, high, high, critical, critical};

}  // namespace

RiskLevel risk_of(std::string_view sensitivity, int trust_tier) {
  const auto tier = static_cast<std::size_t>(trust_tier < 1 || trust_tier > 5 ? 5 : trust_tier);
  const Row& row = sensitivity == "low" ? kLow : sensitivity == "standard" ? kStandard : kHigh;
  return row[tier - 1];
}

}  // namespace holdfast::policy
