#include "tests/policy/reference/corpus.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/policy/reference/policies.hpp"

namespace holdfast::reference {

Chapter chapter(std::size_t number) {
  Random random(number);
  Chapter out;
  out.options = some_policy(random);
  policy::Compiled compiled = policy::compile(out.options);
  for (const Problem& problem : compiled.problems) {
    if (problem.severity == Severity::error)
      ADD_FAILURE() << "policy " << number << ": " << to_text(problem) << "\n" << to_text(out.options);
  }
  out.policy = std::move(compiled.policy);
  out.number = number;
  out.wanted = wanted_by(out.options);
  return out;
}

Facts Chapter::call(std::size_t i) const {
  Random random(kPolicies + number * kCallsOfEach + i);
  return some_call(random, wanted);
}

Verdict verdict(const policy::Policy& policy, const Call& call) {
  return verdict_of(policy.decide(call));
}

Verdict verdict_of(const Decision& decision) {
  return {.effect = decision.effect,
          .rule = std::string(decision.rule),
          .reason = std::string(decision.reason),
          .plan = std::string(decision.plan),
          .further_plans = {decision.further_plans.begin(), decision.further_plans.end()},
          .must_include = {decision.must_include.begin(), decision.must_include.end()},
          .labels = {decision.add_labels.begin(), decision.add_labels.end()},
          .required = decision.required,
          .risk = decision.risk,
          .show_rule = decision.show_rule,
          .by_unknown = decision.by_unknown,
          .shadow = decision.shadow
                        ? fmt::format("{} by {}", to_string(decision.shadow->effect), decision.shadow->rule)
                        : ""};
}

std::string to_text(const Verdict& verdict) {
  return fmt::format(
      "{} by {}{}, plan `{}` and [{}], {} people of [{}], labels [{}], risk {}, reason `{}`{}{}",
      to_string(verdict.effect), verdict.rule, verdict.by_unknown ? " (unknown)" : "", verdict.plan,
      fmt::join(verdict.further_plans, " "), verdict.required, fmt::join(verdict.must_include, " "),
      fmt::join(verdict.labels, " "), to_string(verdict.risk), verdict.reason,
      verdict.show_rule ? ", shown" : "", verdict.shadow.empty() ? "" : ", in shadow " + verdict.shadow);
}

}  // namespace holdfast::reference
