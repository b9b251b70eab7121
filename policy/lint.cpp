#include "policy/lint.hpp"

#include <fmt/format.h>

#include <string_view>

#include "policy/lint_parts.hpp"

namespace holdfast::policy {
namespace {

std::vector<LintedCondition> conditions_of(const Options& options, const std::vector<LintedRule>& rules) {
  std::vector<LintedCondition> out;
  const auto when = [](const std::optional<Condition>& written) { return written ? &*written : nullptr; };
  for (const LintedRule& rule : rules)
    out.push_back({fmt::format("rule `{}`", rule.rule->id), when(rule.rule->when), &rule, rule.rule->at});
  for (const Rule& rule : options.auto_approve)
    out.push_back({fmt::format("rule `{}`", rule.id), when(rule.when), nullptr, rule.at});
  for (const Route& route : options.routes)
    out.push_back({fmt::format("the route to `{}`", route.plan), when(route.when), nullptr, route.at});
  for (std::size_t i = 0; i < options.multi_approval.size(); ++i) {
    const MultiApproval& raise = options.multi_approval[i];
    out.push_back({fmt::format("`multi_approval[{}]`", i), &raise.condition, nullptr, raise.at});
  }
  return out;
}

}  // namespace

void each_test(const Condition& condition, const std::function<void(const Test&)>& visit) {
  if (condition.kind == Condition::Kind::test) visit(condition.test);
  for (const Condition& child : condition.children)
    each_test(child, visit);
}

std::string enumerated(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i)
    out += fmt::format("{}`{}`", i == 0 ? "" : i + 1 == texts.size() ? " and " : ", ", texts[i]);
  return out;
}

void lint(const Options& options, const std::vector<LintedRule>& rules, Problems& problems) {
  const LintReport report(&problems);
  if (options.default_effect == Effect::allow) {
    LintReport(report).warn(
        options.default_at, "`default: allow` lets every call through that no rule speaks of",
        "write `default: deny` and allow what is needed: by this one the HEAD of a denied GET passes, too");
  }
  lint_reach(options, rules, report);
  lint_targets(options, rules, report);
  lint_rollout(options, rules, report);
  // Of conditions that compile: what is wrong with others has been said.
  if (has_error(problems)) return;
  const std::vector<LintedCondition> conditions = conditions_of(options, rules);
  lint_conditions(options, conditions, report);
  lint_names(options, conditions, report);
  lint_paths(conditions, report);
  lint_operands(options, conditions, report);
  lint_fields(options, rules, report);
  lint_account(options, rules, conditions, report);
}

}  // namespace holdfast::policy
