// Rules that an earlier one leaves nothing to: it decides every call they are about, or every call of which
// their condition is true.
#include <fmt/format.h>

#include "policy/implication.hpp"
#include "policy/index.hpp"
#include "policy/lint_parts.hpp"

namespace holdfast::policy {
namespace {

// So that ten thousand rules are not held against ten thousand each.
constexpr int kMostCompared = 100;

class Reach {
 public:
  Reach(const std::vector<LintedRule>& rules, LintReport report) : rules_(rules), report_(report) {}

  void run() {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (!unreachable(rules_[i]) && !rules_[i].unconditional) shadowed(rules_[i]);
      // One that decides nothing, or some day nothing any more, leaves the others what they have.
      // One on a hint ends no search.
      if (rules_[i].rule->shadow || rules_[i].rule->expires || rules_[i].hinted) continue;
      Index& into = rules_[i].unconditional ? unconditional_ : conditional_;
      into.add(rules_[i].pattern, static_cast<std::uint32_t>(i));
    }
  }

 private:
  bool unreachable(const LintedRule& rule) {
    Candidates earlier = unconditional_.find(rule.pattern.symbolic());
    while (const auto i = earlier.next()) {
      if (!rules_[*i].pattern.covers(rule.pattern)) continue;
      report_.warn(rule.rule->at,
                   fmt::format("rule `{}` is never reached: `{}` decides every call of `{}`", rule.rule->id,
                               rules_[*i].rule->id, rule.rule->tool),
                   "move it up, or remove it");
      return true;
    }
    return false;
  }

  void shadowed(const LintedRule& rule) {
    Candidates earlier = conditional_.find(rule.pattern.symbolic());
    for (int compared = 0; compared < kMostCompared; ++compared) {
      const auto i = earlier.next();
      if (!i) return;
      const LintedRule& before = rules_[*i];
      if (!before.pattern.covers(rule.pattern) || !implies(*rule.rule->when, *before.rule->when)) continue;
      report_.warn(
          rule.rule->at,
          fmt::format("rule `{}` is shadowed by `{}`, which is true wherever it is and stands before it",
                      rule.rule->id, before.rule->id),
          "move it up, or remove it");
      return;
    }
  }

  const std::vector<LintedRule>& rules_;
  Index unconditional_, conditional_;
  LintReport report_;
};

}  // namespace

void lint_reach(const Options& options, const std::vector<LintedRule>& rules, LintReport report) {
  Reach(rules, report).run();
  // Those have no tool: each is about every call.
  std::vector<LintedRule> approvals;
  for (const Rule& rule : options.auto_approve) {
    const auto pattern = ToolPattern::parse(rule.tool);
    if (pattern) approvals.push_back({&rule, *pattern, !rule.when});
  }
  Reach(approvals, report).run();
}

}  // namespace holdfast::policy
