// What the judge says of a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// Ordered by strictness: deny > escalate > allow.
enum class Effect : std::uint8_t { allow, escalate, deny };

[[nodiscard]] constexpr std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::allow:
      return "allow";
    case Effect::escalate:
      return "escalate";
    case Effect::deny:
      return "deny";
  }
  return "deny";
}

enum class RiskLevel : std::uint8_t { low, medium, high, critical };

[[nodiscard]] constexpr std::string_view to_string(RiskLevel level) {
  switch (level) {
    case RiskLevel::low:
      return "low";
    case RiskLevel::medium:
      return "medium";
    case RiskLevel::high:
      return "high";
    case RiskLevel::critical:
      return "critical";
  }
  return "critical";
}

// What the rules in shadow and the expired ones would have made of a call.
struct Shadow {
  Effect effect = Effect::deny;
  std::string_view rule;  // as in Decision
};

// So many calls are counted together at most, of which a sum may be made: beyond it there is no room.
inline constexpr std::int64_t kMostSpends = 100'000;

// What a call takes of a limit (02-policy "Limits"). What one window has given away never adds up to more
// than `max`.
struct Draw {
  std::string window;  // names what is counted together: the rule, for whom, and what
  std::string rule;    // its id
  std::string amount;  // a decimal; "1" of a limit on calls; empty: it cannot be counted, and has no room
  std::string max;     // a decimal
  std::chrono::milliseconds per{0};  // what was taken is free again after this time
  Effect over = Effect::deny;        // the rule's action when there is no room: deny or escalate

  bool operator==(const Draw&) const = default;
};

// The views point into the policy that decided; keep its snapshot as long as the decision.
struct Decision {
  Effect effect = Effect::deny;
  std::string_view rule;    // its id; "default" when no rule decided
  std::string_view reason;  // the author's words; may be empty
  std::string_view plan;    // when escalate: the plan's name
  // When escalate, what is asked beyond that plan: plans that must be met as well, so many people at least,
  // and groups of which somebody must approve.
  std::vector<std::string_view> further_plans;
  int required = 0;
  std::vector<std::string_view> must_include;
  RiskLevel risk = RiskLevel::critical;
  bool show_rule = false;  // the author lets the agent see the rule's id
  std::uint32_t tool = 0;  // which of the policy's known tools was called, from 1; 0: of none of these names
  std::optional<Shadow> shadow;  // when that is another effect, or another rule's
  bool by_limit = false;         // a limit without room made it stricter
  // The limits it draws on. `draws`: room for these was taken for granted. `wants`: for these not, and with
  // room for them the decision may be a laxer one.
  std::vector<Draw> draws, wants;
  // What the agent has seen once this call is let through: labels of the rule that decided and of those that
  // may have been meant.
  std::vector<std::string_view> add_labels;
  bool precommit = false;   // its authorize entry is on the log before its first byte leaves (law 4)
  bool by_unknown = false;  // an unknown condition made it stricter: for log and receipt, never for the agent
};

}  // namespace holdfast
