// Rules that lapse, and rules on a hint that can change nothing.
#include <fmt/format.h>

#include <algorithm>

#include "policy/lint_parts.hpp"

namespace holdfast::policy {
namespace {

// A rule on a hint makes nothing laxer: behind it something has to let the call through.
bool is_idle(const Options& options, const std::vector<LintedRule>& rules, std::size_t position) {
  const LintedRule& rule = rules[position];
  if (!rule.hinted || rule.rule->action != Effect::escalate || options.default_effect != Effect::deny)
    return false;
  const auto lets_through = [&](const LintedRule& later) {
    const std::string_view a = rule.pattern.literal_prefix(), b = later.pattern.literal_prefix();
    return later.rule->action != Effect::deny && (a.starts_with(b) || b.starts_with(a));
  };
  return std::none_of(rules.begin() + static_cast<std::ptrdiff_t>(position) + 1, rules.end(), lets_through);
}

}  // namespace

void lint_rollout(const Options& options, const std::vector<LintedRule>& rules, LintReport report) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = *rules[i].rule;
    if (rule.action == Effect::deny && rule.expires && !rule.shadow) {
      report.warn(rule.at, fmt::format("rule `{}` denies, and expires", rule.id),
                  "what it denies may be allowed from then on: say so in a rule of its own");
    }
    if (!is_idle(options, rules, i)) continue;
    report.warn(
        rule.at,
        fmt::format("rule `{}` escalates nothing: it reads a hint, which only makes stricter, and what "
                    "it is about is denied anyway",
                    rule.id),
        "allow or escalate it below, on what Holdfast itself knows");
  }
}

}  // namespace holdfast::policy
