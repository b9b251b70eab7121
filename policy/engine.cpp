#include "policy/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/compile.hpp"
#include "policy/escalation.hpp"
#include "policy/explain.hpp"
#include "policy/index.hpp"
#include "policy/limits.hpp"
#include "policy/lint.hpp"
#include "policy/look_alikes.hpp"
#include "policy/risk.hpp"
#include "policy/tier_names.hpp"

namespace holdfast::policy {
namespace {

constexpr std::string_view kDefaultRule = "default";

struct CompiledRule {
  const Rule* rule;
  ToolPattern pattern;
  std::optional<std::uint32_t> condition;  // its first node; without one the rule is always true
  bool reads_document;
  std::optional<CompiledLimit> limit;
};

class Judge final : public Policy {
 public:
  explicit Judge(Options options) : options_(std::move(options)) {}

  // Once, before anyone else sees it.
  [[nodiscard]] Problems compile();

  [[nodiscard]] Needs needs(std::string_view tool) const override;
  [[nodiscard]] Decision decide(const Call& call, std::span<const Draw> granted) const override {
    return judge(call, granted, nullptr);
  }
  [[nodiscard]] Explanation explain(const Call& call, std::span<const Draw> granted) const override;
  [[nodiscard]] std::string_view look_alike(std::string_view tool) const override;
  [[nodiscard]] const std::vector<std::string>& known_tools() const override { return index_.known(); }
  [[nodiscard]] std::uint32_t number_of(std::string_view tool) const override { return index_.number(tool); }
  [[nodiscard]] const Directory& directory() const override { return options_.directory; }

 private:
  [[nodiscard]] Decision judge(const Call& call, std::span<const Draw> granted, Trace* trace) const;
  void name_rules(Problems& problems);
  void compile_rules(Problems& problems);
  void compile_rule(const Rule& rule, Compiler& compiler, Problems& problems);
  void know_name(const std::string& tool);

  // Constant after compile().
  Options options_;
  Program program_;
  std::vector<CompiledRule> rules_;
  Escalation escalation_;
  Index index_;
  LookAlikes look_alikes_;
};

void name_by_position(std::vector<Rule>& rules, std::string_view list) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].id.empty()) rules[i].id = fmt::format("{}[{}]", list, i);
  }
}

// Ids stand in receipts: no two rules share one, and none is called as the default is.
void Judge::name_rules(Problems& problems) {
  name_by_position(options_.auto_reject, "auto_reject");
  name_by_position(options_.rules, "rules");
  name_by_position(options_.auto_approve, "auto_approve");
  std::unordered_map<std::string_view, const Rule*> seen;
  for (const Rule& rule : options_.rules) {
    if (rule.id == kDefaultRule) {
      problems.push_back(
          {Severity::error, rule.at, "the rule id `default` is taken by the default", "choose another id"});
    }
    const auto [first, added] = seen.try_emplace(rule.id, &rule);
    if (added) continue;
    problems.push_back({Severity::error, rule.at, fmt::format("two rules have the id `{}`", rule.id),
                        first->second->at.line > 0
                            ? fmt::format("the other is in line {}", first->second->at.line)
                            : std::string("ids are unique")});
  }
}

void Judge::know_name(const std::string& tool) {
  index_.know(tool);
  look_alikes_.know(tool);
}

void Judge::compile_rule(const Rule& rule, Compiler& compiler, Problems& problems) {
  Checked<ToolPattern> pattern = ToolPattern::parse(rule.tool);
  if (!pattern) problems.push_back({Severity::error, rule.at, pattern.error().message, pattern.error().hint});
  const auto condition = rule.when ? compiler.add(*rule.when) : std::nullopt;
  auto limit = compile_limit(rule, compiler);
  const bool reads_document = compiler.take_reads_document();
  if (!pattern) return;
  if (pattern->exact()) {
    know_name(pattern->text());
  } else {
    look_alikes_.add(*pattern);
  }
  index_.add(*pattern, static_cast<std::uint32_t>(rules_.size()));
  rules_.push_back({&rule, std::move(*pattern), condition, reads_document, limit});
}

// What is rejected automatically is denied before any rule is asked; otherwise it is a rule like the others.
void Judge::compile_rules(Problems& problems) {
  Compiler compiler(program_, problems);
  for (const Rule& rule : options_.auto_reject)
    compile_rule(rule, compiler, problems);
  for (const Rule& rule : options_.rules)
    compile_rule(rule, compiler, problems);
  escalation_.compile(options_, compiler);
}

Problems Judge::compile() {
  Problems problems;
  name_rules(problems);
  resolve_tier_names(options_, problems);
  compile_rules(problems);
  for (const std::string& tool : options_.directory.tool_names())
    know_name(tool);
  std::vector<LintedRule> linted;
  linted.reserve(rules_.size());
  for (const CompiledRule& rule : rules_)
    linted.push_back({rule.rule, rule.pattern, !rule.condition});
  lint(options_, linted, problems);
  return problems;
}

Needs Judge::needs(std::string_view tool) const {
  if (escalation_.reads_document()) return {.body = true};
  Candidates candidates = index_.find(tool);
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules_[*i];
    if (!rule.pattern.matches(tool)) continue;
    if (rule.reads_document) return {.body = true};
    // Nothing after it is ever evaluated.
    if (!rule.condition) break;
  }
  return {};
}

Decision Judge::judge(const Call& call, std::span<const Draw> granted, Trace* trace) const {
  const RiskLevel risk = risk_of(options_.risk, call.sensitivity,
                                 call.agent == nullptr ? Agent{}.trust_tier : call.agent->trust_tier);
  Evaluation evaluation(program_, call, risk, trace);
  const Rule* decided = nullptr;
  const Rule* remembered =
      nullptr;  // the strictest of those whose condition is unknown; the first among equals
  std::vector<std::string_view> plans;  // of those that would escalate, and of what decides
  std::vector<std::string_view> labels;
  Drawing drawing(granted);
  Candidates candidates = index_.find(call.tool);
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules_[*i];
    if (!rule.pattern.matches(call.tool)) continue;
    const Truth says = evaluation.says(rule.rule, rule.condition);
    if (says == Truth::no) continue;
    if (rule.limit) drawing.add(*rule.limit, evaluation);
    labels.insert(labels.end(), rule.rule->add_labels.begin(), rule.rule->add_labels.end());
    if (says == Truth::yes) {
      decided = rule.rule;
      break;
    }
    if (remembered == nullptr || rule.rule->action > remembered->action) remembered = rule.rule;
    if (rule.rule->action == Effect::escalate) plans.push_back(rule.rule->plan);
  }

  const Effect known = decided == nullptr ? options_.default_effect : decided->action;
  // What is remembered stands before what decided, so among equals it gives the rule.
  const bool by_remembered = remembered != nullptr && remembered->action >= known;
  const Rule* rule = by_remembered ? remembered : decided;
  Decision decision;
  decision.effect = by_remembered ? remembered->action : known;
  decision.by_unknown = decision.effect > known;
  const bool denied_anyway = decision.effect == Effect::deny;
  if (const Rule* over = drawing.over(); over != nullptr && over->limit->over > decision.effect) {
    decision.effect = over->limit->over;
    decision.by_limit = true;
    rule = over;
  }
  if (decision.effect == Effect::escalate) {
    // Whether the remembered were meant or what stands behind them, nobody knows: each may ask more than the
    // others.
    if (known == Effect::escalate)
      plans.push_back(decided == nullptr ? std::string_view() : std::string_view(decided->plan));
    for (const Rule* full : drawing.escalating())
      plans.push_back(full->plan);
    // Nobody is spared a question that an unknown condition asks, or a limit, or a rule with a plan.
    const bool may_be_spared = !by_remembered && drawing.escalating().empty() && plans.back().empty();
    const Rule* spared = may_be_spared ? escalation_.approve(evaluation) : nullptr;
    if (spared != nullptr) {
      decision.effect = Effect::allow;
      rule = spared;
    } else {
      escalation_.ask(evaluation, plans, decision);
    }
  }
  std::move(drawing).write(decision, denied_anyway);
  if (decision.effect != Effect::deny) decision.add_labels = std::move(labels);
  decision.rule = rule == nullptr ? kDefaultRule : std::string_view(rule->id);
  decision.reason = rule == nullptr ? std::string_view() : std::string_view(rule->reason);
  decision.tool = candidates.tool();
  decision.risk = risk;
  decision.show_rule = rule != nullptr && rule->show_rule;
  return decision;
}

Explanation Judge::explain(const Call& call, std::span<const Draw> granted) const {
  Trace trace;
  Decision decision = judge(call, granted, &trace);
  std::vector<const Rule*> unasked;
  Candidates candidates = index_.find(call.tool);
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules_[*i];
    const bool asked = std::any_of(trace.asked.begin(), trace.asked.end(),
                                   [&](const Trace::Asked& one) { return one.written == rule.rule; });
    if (!asked && rule.pattern.matches(call.tool)) unasked.push_back(rule.rule);
  }
  return policy::explain(options_, program_, call, trace, std::move(decision), unasked);
}

std::string_view Judge::look_alike(std::string_view tool) const {
  if (index_.number(tool) != 0) return {};
  return look_alikes_.find(tool);
}

}  // namespace

Compiled compile(Options options) {
  auto judge = std::make_shared<Judge>(std::move(options));
  Compiled compiled;
  compiled.problems = judge->compile();
  if (!has_error(compiled.problems)) compiled.policy = std::move(judge);
  return compiled;
}

Decision decide_with_room(const Policy& policy, const Call& call) {
  Decision without = policy.decide(call);
  if (without.wants.empty()) return without;
  return policy.decide(call, without.wants);
}

Explanation explain_with_room(const Policy& policy, const Call& call) {
  return policy.explain(call, policy.decide(call).wants);
}

}  // namespace holdfast::policy
