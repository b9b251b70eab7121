// The lints, a file for each idea. Not for others. No lint says what is not so: what cannot be told is left
// alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/atom.hpp"
#include "policy/lint.hpp"

namespace holdfast::policy {

// Everything in a policy that has a condition: rules, what stands around them, routes.
struct LintedCondition {
  std::string name;                  // "rule `big`", "the route to `large`"
  const Condition* when = nullptr;   // null: always true
  const LintedRule* rule = nullptr;  // of rules and auto_reject
  Position at;
};

class LintReport {
 public:
  explicit LintReport(Problems* problems) : problems_(*problems) {}
  void warn(const Position& at, std::string message, std::string hint = {}) {
    problems_.push_back({Severity::warning, at, std::move(message), std::move(hint)});
  }

 private:
  Problems& problems_;
};

// Rules that an earlier one leaves nothing to.
void lint_reach(const Options& options, const std::vector<LintedRule>& rules, LintReport report);
// Rules about tools that are not there, and `**` beside listed tools.
void lint_targets(const Options& options, const std::vector<LintedRule>& rules, LintReport report);
// Rules that lapse, and rules on a hint that can change nothing.
void lint_rollout(const Options& options, const std::vector<LintedRule>& rules, LintReport report);
// Conditions that nothing can make true.
void lint_conditions(const Options& options, const std::vector<LintedCondition>& conditions,
                     LintReport report);
// Conditions that name a tool, an upstream or an operation that is not there.
void lint_names(const Options& options, const std::vector<LintedCondition>& conditions, LintReport report);
// Paths that conditions spell as no path is asked about.
void lint_paths(const std::vector<LintedCondition>& conditions, LintReport report);
// Comparisons with text where another value was meant.
void lint_operands(const Options& options, const std::vector<LintedCondition>& conditions, LintReport report);
// Rules on what their tools do not have, or need not have.
void lint_fields(const Options& options, const std::vector<LintedRule>& rules, LintReport report);

// Limits that never have room, and labels that nothing puts on an agent.
void lint_account(const Options& options, const std::vector<LintedRule>& rules,
                  const std::vector<LintedCondition>& conditions, LintReport report);

[[nodiscard]] bool lists_tools(const KnownUpstream& upstream);
// The pattern is about <upstream>.http.<method>: the requests that no listed tool matches.
[[nodiscard]] bool may_be_unlisted(const ToolPattern& pattern, std::string_view upstream);

// Where a field of the tool's calls comes from, when everything there is text: `query.amount`, `a form`.
[[nodiscard]] std::optional<std::string> text_source(const Tool& tool, const FieldPath& field);

// Every test of a condition, below `not` too.
void each_test(const Condition& condition, const std::function<void(const Test&)>& visit);

// `a`, `a` and `b`, `a`, `b` and `c`.
[[nodiscard]] std::string enumerated(const std::vector<std::string>& texts);

}  // namespace holdfast::policy
