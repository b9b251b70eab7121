// Limits that never have room, and labels that nothing puts on an agent.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/lint_parts.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

// A summand that is text is no number, whatever it says.
void lint_sum(const Options& options, const LintedRule& rule, LintReport report) {
  if (!rule.rule->limit || rule.rule->limit->sum.empty()) return;
  const Limit& limit = *rule.rule->limit;
  const auto field = parse_field(limit.sum);
  if (!field) return;
  for (const KnownUpstream& upstream : options.directory.upstreams) {
    for (const Tool& tool : upstream.tools) {
      const std::string name = upstream.name + "." + tool.name;
      if (tool.name.empty() || tool.method.empty() || !rule.pattern.matches(name)) continue;
      const std::optional<std::string> source = text_source(tool, *field);
      if (!source) continue;
      report.warn(limit.at,
                  fmt::format("rule `{}`: `{}` of `{}` comes from {} and is text, which cannot be added up: "
                              "the limit never has room for it",
                              rule.rule->id, limit.sum, name, *source),
                  "take it from a JSON body, or limit `calls`");
    }
  }
}

void lint_label(const LintedCondition& condition, const Test& test,
                const std::vector<std::string_view>& added, LintReport report) {
  const auto field = parse_field(test.field);
  if (!field || field->source != Source::labels_seen || test.op != Operator::contains) return;
  const std::string& label = test.operand.text;
  if (std::find(added.begin(), added.end(), label) != added.end()) return;
  const std::string_view near = nearest(label, added);
  report.warn(test.at, fmt::format("{} asks for the label `{}`, and no rule adds it", condition.name, label),
              near.empty() ? fmt::format("say `add_labels: [{}]` where an agent is given it to read", label)
                           : fmt::format("did you mean `{}`?", near));
}

}  // namespace

void lint_account(const Options& options, const std::vector<LintedRule>& rules,
                  const std::vector<LintedCondition>& conditions, LintReport report) {
  std::vector<std::string_view> added;
  for (const LintedRule& rule : rules)
    lint_sum(options, rule, report);
  for (const Rule& rule : options.rules)
    added.insert(added.end(), rule.add_labels.begin(), rule.add_labels.end());
  for (const LintedCondition& condition : conditions) {
    if (condition.when == nullptr) continue;
    each_test(*condition.when, [&](const Test& test) { lint_label(condition, test, added, report); });
  }
}

}  // namespace holdfast::policy
