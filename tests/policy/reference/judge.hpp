// The judge a second time: recursion over the policy as it is written, straight from the design, with no care
// for time. It shares nothing with policy/ but the options; the corpus holds the two against each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "policy/options.hpp"

namespace holdfast::reference {

enum class Say : std::uint8_t { no, unknown, yes };

struct Question;

[[nodiscard]] Say says(const policy::Test& test, const Question& call);
[[nodiscard]] Say says(const policy::Condition& condition, const Question& call);

struct Verdict {
  Effect effect = Effect::deny;
  std::string rule, reason, plan;
  std::vector<std::string> further_plans, must_include;
  std::vector<std::string> labels;  // that it puts on its agent
  int required = 0;
  RiskLevel risk = RiskLevel::critical;
  bool show_rule = false;
  bool by_unknown = false;
  std::string shadow;  // `<effect> by <rule>`

  bool operator==(const Verdict&) const = default;
};

// The options compile.
[[nodiscard]] Verdict judge(const policy::Options& options, const Call& call);

// What a sensitivity and a tier make together.
[[nodiscard]] RiskLevel risk_of(const Question& call);

}  // namespace holdfast::reference
