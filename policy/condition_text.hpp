// Conditions in the words of the policy's author, on one line.
#pragma once

#include <string>

#include "policy/options.hpp"

namespace holdfast::policy {

// `100`, `"USD"`, `["a", "b"]`.
[[nodiscard]] std::string to_text(const Operand& operand);
// `args.amount gt 100`, `args.items any_of_items eq "x" (missing: false)`.
[[nodiscard]] std::string to_text(const Test& test);
// `mon-fri 09:00-18:00 Europe/Berlin`.
[[nodiscard]] std::string to_text(const TimeWindow& window);

}  // namespace holdfast::policy
