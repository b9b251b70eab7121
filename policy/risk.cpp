#include "policy/risk.hpp"

namespace holdfast::policy {
namespace {

constexpr std::string_view kLow = "low";
constexpr std::string_view kStandard = "standard";

}  // namespace

RiskLevel risk_of(const RiskMatrix& matrix, std::string_view sensitivity, int trust_tier) {
  const std::size_t tier = trust_tier < 1 || trust_tier > 5 ? 5 : static_cast<std::size_t>(trust_tier);
  const std::size_t row = sensitivity == kLow ? 0 : sensitivity == kStandard ? 1 : 2;
  return matrix.at(row).at(tier - 1);
}

}  // namespace holdfast::policy
