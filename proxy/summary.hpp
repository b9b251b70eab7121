// What a person reads first of a held call: the author's sentence with the call's own values in it. It stands
// beside the arguments and never in their place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "core/result.hpp"
#include "policy/field.hpp"

namespace holdfast::proxy {

inline constexpr std::size_t kLongestSummary = 2048;  // bytes as shown

// `Pay {args.amount} to {args.vendor}`: text, and after it the field that stands there; the last has none.
struct SummaryPart {
  std::string text;
  std::optional<policy::FieldPath> field;
};

// Error: malformed, one sentence for the author.
[[nodiscard]] Result<std::vector<SummaryPart>> parse_summary(std::string_view written);

// Texts stand in quotes with whatever is invisible or turns the direction of writing escaped, so that no
// value looks like the author's words; what is not there, or has two readings, says so; what is long is cut
// and says so. Empty when there is no summary.
[[nodiscard]] std::string summarise(std::string_view written, const Call& call, RiskLevel risk);

}  // namespace holdfast::proxy
