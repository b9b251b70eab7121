// Whether one condition is true wherever another is.
#pragma once

#include "policy/options.hpp"

namespace holdfast::policy {

// True only when b is true of every call of which a is; may miss some. Of conditions that compile. Gives up
// on very large ones.
[[nodiscard]] bool implies(const Condition& a, const Condition& b);

}  // namespace holdfast::policy
