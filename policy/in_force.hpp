// Whether a rule takes part in a decision: not when it is in shadow, and not any more once it has expired.
#pragma once

#include <optional>

#include "core/clock.hpp"
#include "policy/options.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

struct Moment {
  std::optional<WallTime> now;
  bool with_shadows = false;  // asks what would be if all rules took part
};

// Unknown of a rule that expires when the time is not known; it is as unknown as its condition then.
[[nodiscard]] inline Truth in_force(const Rule& rule, const Moment& moment) {
  if (rule.shadow && !moment.with_shadows) return Truth::no;
  if (!rule.expires) return Truth::yes;
  if (!moment.now) return Truth::unknown;
  return truth(moment.with_shadows || *moment.now < *rule.expires);
}

[[nodiscard]] inline bool always_in_force(const Rule& rule) {
  return !rule.shadow && !rule.expires;
}

}  // namespace holdfast::policy
