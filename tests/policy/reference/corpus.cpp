#include "tests/policy/reference/corpus.hpp"

#include <fmt/format.h>
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
  const Decision decision = policy.decide(call);
  return {
      decision.effect, std::string(decision.rule), std::string(decision.reason), std::string(decision.plan),
      decision.risk,   decision.show_rule,         decision.by_unknown};
}

std::string to_text(const Verdict& verdict) {
  return fmt::format("{} by {}{}, plan `{}`, risk {}, reason `{}`{}", to_string(verdict.effect), verdict.rule,
                     verdict.by_unknown ? " (unknown)" : "", verdict.plan, to_string(verdict.risk),
                     verdict.reason, verdict.show_rule ? ", shown" : "");
}

}  // namespace holdfast::reference
