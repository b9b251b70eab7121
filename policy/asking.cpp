#include "policy/asking.hpp"

#include <algorithm>

namespace holdfast::policy {
namespace {

// A rule that takes no part spends nothing, so what it would do is told as if its limit had room.
bool draws(const CompiledRule& rule, const Moment& moment) {
  return rule.limit && in_force(*rule.rule, {.now = moment.now}) != Truth::no;
}

}  // namespace

void Findings::remember(const Rule& rule, Truth says) {
  if (remembered == nullptr || rule.action > remembered->action) remembered = &rule;
  if (rule.action == Effect::escalate) plans.emplace_back(rule.plan);
  if (says == Truth::yes) at_least = std::max(at_least, rule.action);
  if (says == Truth::unknown && rule.action == Effect::escalate) perhaps_escalated = true;
}

Findings ask(std::span<const CompiledRule> rules, const Index& index, const Moment& moment,
             std::span<const Draw> granted, Evaluation& evaluation) {
  const std::string_view tool = evaluation.call().tool;
  Findings findings(granted);
  Candidates candidates = index.find(tool);
  findings.tool = candidates.tool();
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules[*i];
    if (!rule.pattern.matches(tool)) continue;
    const Truth takes_part = in_force(*rule.rule, moment);
    if (takes_part == Truth::no) {
      findings.met_shadow =
          findings.met_shadow || !rule.condition || evaluation.run(*rule.condition) != Truth::no;
      continue;
    }
    const Truth says = both(evaluation.says(rule.rule, rule.condition), takes_part);
    if (says == Truth::no) continue;
    if (draws(rule, moment)) findings.drawing.add(*rule.limit, evaluation);
    findings.precommit = findings.precommit || rule.rule->precommit;
    findings.labels.insert(findings.labels.end(), rule.rule->add_labels.begin(), rule.rule->add_labels.end());
    // A rule on a hint only ever makes stricter, so it does not end the search.
    if (says == Truth::yes && !rule.hinted) {
      findings.decided = rule.rule;
      break;
    }
    findings.remember(*rule.rule, says);
  }
  return findings;
}

bool hides(std::span<const CompiledRule> rules, const Index& index, const Moment& moment,
           Evaluation& evaluation) {
  const std::string_view tool = evaluation.call().tool;
  Candidates candidates = index.find(tool);
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules[*i];
    if (!rule.pattern.matches(tool)) continue;
    Truth says = in_force(*rule.rule, moment);
    if (says == Truth::no) continue;
    if (rule.condition) says = both(says, rule.reads_call ? Truth::unknown : evaluation.run(*rule.condition));
    if (says == Truth::no) continue;
    if (rule.rule->hide) return true;  // what is unknown of a deny rule denies
    if (says == Truth::yes || rule.rule->action != Effect::deny) return false;
  }
  return false;
}

Settled settle(Findings& findings, Effect otherwise, const Escalation& escalation, const Moment& moment,
               Evaluation& evaluation) {
  const Effect known = findings.decided == nullptr ? otherwise : findings.decided->action;
  // What is remembered stands before what decided, so among equals it gives the rule.
  const bool by_remembered = findings.remembered != nullptr && findings.remembered->action >= known;
  Settled settled;
  settled.rule = by_remembered ? findings.remembered : findings.decided;
  settled.effect = by_remembered ? findings.remembered->action : known;
  settled.by_unknown = settled.effect > std::max(known, findings.at_least);
  settled.denied_anyway = settled.effect == Effect::deny;
  if (const Rule* over = findings.drawing.over(); over != nullptr && over->limit->over > settled.effect) {
    settled.effect = over->limit->over;
    settled.by_limit = true;
    settled.rule = over;
  }
  if (settled.effect != Effect::escalate) return settled;
  // Whether the remembered were meant or what stands behind them, nobody knows: each may ask more than the
  // others.
  if (known == Effect::escalate)
    findings.plans.push_back(findings.decided == nullptr ? std::string_view() : findings.decided->plan);
  for (const Rule* full : findings.drawing.escalating())
    findings.plans.push_back(full->plan);
  // Nobody is spared a question that an unknown condition asks, or a limit, or a rule with a plan.
  const bool has_plan = std::any_of(findings.plans.begin(), findings.plans.end(),
                                    [](std::string_view plan) { return !plan.empty(); });
  if (findings.perhaps_escalated || has_plan || !findings.drawing.escalating().empty()) return settled;
  settled.may_be_spared = true;
  const Rule* spared = escalation.approve(evaluation, moment);
  if (spared == nullptr) return settled;
  return {.effect = Effect::allow, .rule = spared, .may_be_spared = true};
}

}  // namespace holdfast::policy
