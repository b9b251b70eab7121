#include "app/policy_tests.hpp"

#include <fmt/format.h>

#include "app/described.hpp"
#include "policy/explain.hpp"
#include "policy/suggest.hpp"

namespace holdfast::app {
namespace {

std::vector<std::string_view> rule_ids(const policy::Options& options) {
  std::vector<std::string_view> ids = {"default"};
  for (const auto* list : {&options.auto_reject, &options.rules, &options.auto_approve}) {
    for (const policy::Rule& rule : *list)
      ids.push_back(rule.id);
  }
  return ids;
}

}  // namespace

Problems check_tests(const config::Config& config, const policy::Policy* policy) {
  Problems problems;
  const std::vector<std::string_view> ids = rule_ids(config.policy);
  for (const config::PolicyTest& test : config.tests) {
    if (policy != nullptr) {
      const auto call = policy::DescribedCall::read(test.call, *policy, describing(config));
      if (!call) {
        problems.push_back({Severity::error, test.call_at,
                            fmt::format("the test `{}`: {}", test.name, call.error().detail), ""});
      }
    }
    if (test.expect_rule.empty() || std::find(ids.begin(), ids.end(), test.expect_rule) != ids.end())
      continue;
    const std::string_view near = policy::nearest(test.expect_rule, ids);
    problems.push_back(
        {Severity::error, test.at,
         fmt::format("the test `{}` expects the rule `{}`, which is not there", test.name, test.expect_rule),
         near.empty() ? std::string() : fmt::format("did you mean `{}`?", near)});
  }
  return problems;
}

std::vector<TestResult> run_tests(const config::Config& config, const policy::Policy& policy) {
  std::vector<TestResult> results;
  for (const config::PolicyTest& test : config.tests) {
    const auto call = policy::DescribedCall::read(test.call, policy, describing(config));
    if (!call) continue;  // cannot be: check_tests has read it
    const policy::Explanation told = policy::explain_with_room(policy, call->call());
    const bool right_rule = test.expect_rule.empty() || test.expect_rule == told.decision.rule;
    results.push_back({&test, told.decision.effect, std::string(told.decision.rule), told.why,
                       told.decision.effect == test.expect && right_rule});
  }
  return results;
}

}  // namespace holdfast::app
