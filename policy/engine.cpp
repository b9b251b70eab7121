#include "policy/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/asking.hpp"
#include "policy/compile.hpp"
#include "policy/decimal.hpp"
#include "policy/explain.hpp"
#include "policy/lint.hpp"
#include "policy/look_alikes.hpp"
#include "policy/risk.hpp"
#include "policy/tier_names.hpp"

namespace holdfast::policy {
namespace {

constexpr std::string_view kDefaultRule = "default";

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
  [[nodiscard]] bool hides(const Call& call) const override;
  [[nodiscard]] bool hides_some() const override { return hides_some_; }
  [[nodiscard]] std::string_view look_alike(std::string_view tool) const override;
  [[nodiscard]] const std::vector<std::string>& known_tools() const override { return index_.known(); }
  [[nodiscard]] bool reads_labels() const override { return reads_labels_; }
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
  bool hides_some_ = false;
  bool reads_labels_ = false;
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
  const bool reads_parameters = compiler.take_reads_parameters();
  if (rule.action == Effect::allow) compiler.refuse_hint(rule);
  const bool hinted = compiler.take_hint() != nullptr;
  const bool reads_call = compiler.take_reads_call();
  if (rule.hide && reads_call) {
    problems.push_back(
        {Severity::error, rule.at,
         fmt::format("rule `{}` hides tools and asks for what only a call has", rule.id),
         "with `hide` a condition reads the agent or the tool: a list is made before there is a call"});
  }
  if (!pattern) return;
  hides_some_ = hides_some_ || rule.hide;
  // A name that resembles one of a rule in shadow is as good as before.
  if (pattern->exact() && !rule.shadow) look_alikes_.know(pattern->text());
  if (!pattern->exact() && !rule.shadow) look_alikes_.add(*pattern);
  index_.add(*pattern, static_cast<std::uint32_t>(rules_.size()));
  rules_.push_back(
      {&rule, std::move(*pattern), condition, reads_document, reads_parameters, reads_call, hinted, limit});
}

// What is rejected automatically is denied before any rule is asked; otherwise it is a rule like the others.
void Judge::compile_rules(Problems& problems) {
  Compiler compiler(options_, program_, problems);
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
  reads_labels_ = std::any_of(program_.fields.begin(), program_.fields.end(),
                              [](const FieldPath& field) { return field.source == Source::labels_seen; });
  for (const std::string& tool : options_.directory.tool_names())
    know_name(tool);
  std::vector<LintedRule> linted;
  linted.reserve(rules_.size());
  for (const CompiledRule& rule : rules_) {
    if (!rule.rule->mistaken) linted.push_back({rule.rule, rule.pattern, !rule.condition, rule.hinted});
  }
  lint(options_, linted, problems);
  return problems;
}

Needs Judge::needs(std::string_view tool) const {
  if (escalation_.reads_document()) return {.body = true};
  Needs needs{.body = false,
              .body_for_shadow = escalation_.reads_document_in_shadow(),
              .parameters = escalation_.reads_parameters(),
              .parameters_for_shadow = escalation_.reads_parameters_in_shadow()};
  Candidates candidates = index_.find(tool);
  while (const auto i = candidates.next()) {
    const CompiledRule& rule = rules_[*i];
    if (!rule.pattern.matches(tool)) continue;
    if (rule.reads_document && !rule.rule->shadow) return {.body = true};
    needs.body_for_shadow = needs.body_for_shadow || rule.reads_document;
    bool& parameters = rule.rule->shadow ? needs.parameters_for_shadow : needs.parameters;
    parameters = parameters || rule.reads_parameters;
    // Nothing after it is ever evaluated.
    if (!rule.condition && always_in_force(*rule.rule)) break;
  }
  return needs;
}

std::string_view name_of(const Rule* rule) {
  return rule == nullptr ? kDefaultRule : std::string_view(rule->id);
}

Decision Judge::judge(const Call& call, std::span<const Draw> granted, Trace* trace) const {
  Decision decision;
  decision.risk = risk_of(options_.risk, call.sensitivity,
                          call.agent == nullptr ? Agent{}.trust_tier : call.agent->trust_tier);
  Evaluation evaluation(program_, call, decision.risk, trace);
  Moment moment{.now = call.now};
  Findings findings = ask(rules_, index_, moment, granted, evaluation);
  const Settled settled = settle(findings, options_.default_effect, escalation_, moment, evaluation);
  decision.effect = settled.effect;
  decision.by_unknown = settled.by_unknown;
  decision.by_limit = settled.by_limit;
  if (settled.effect == Effect::escalate) escalation_.ask(evaluation, findings.plans, decision);
  if (settled.effect != Effect::deny) decision.add_labels = std::move(findings.labels);
  decision.rule = name_of(settled.rule);
  if (settled.rule != nullptr) {
    decision.reason = settled.rule->reason;
    decision.show_rule = settled.rule->show_rule;
  }
  decision.precommit = findings.precommit;
  decision.tool = findings.tool;
  std::move(findings.drawing).write(decision, settled.denied_anyway);
  const bool spares_in_shadow = escalation_.has_shadows() && settled.may_be_spared;
  if (!findings.met_shadow && !spares_in_shadow) return decision;
  moment.with_shadows = true;
  Evaluation again(program_, call, decision.risk, nullptr);
  Findings other = ask(rules_, index_, moment, granted, again);
  const Settled would_be = settle(other, options_.default_effect, escalation_, moment, again);
  if (would_be.effect != settled.effect || would_be.rule != settled.rule)
    decision.shadow = Shadow{would_be.effect, name_of(would_be.rule)};
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

bool Judge::hides(const Call& call) const {
  if (!hides_some_) return false;
  const int tier = call.agent == nullptr ? Agent{}.trust_tier : call.agent->trust_tier;
  Evaluation evaluation(program_, call, risk_of(options_.risk, call.sensitivity, tier), nullptr);
  return policy::hides(rules_, index_, {.now = call.now}, evaluation);
}

std::string_view Judge::look_alike(std::string_view tool) const {
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

namespace {

// What an empty window has room for.
std::vector<Draw> ever_granted(std::vector<Draw> wanted) {
  std::erase_if(wanted, [](const Draw& draw) {
    const auto amount = Decimal::parse(draw.amount), max = Decimal::parse(draw.max);
    return !amount || !max || *amount > *max;
  });
  return wanted;
}

}  // namespace

Decision decide_with_room(const Policy& policy, const Call& call) {
  Decision without = policy.decide(call);
  if (without.wants.empty()) return without;
  return policy.decide(call, ever_granted(std::move(without.wants)));
}

Explanation explain_with_room(const Policy& policy, const Call& call) {
  return policy.explain(call, ever_granted(policy.decide(call).wants));
}

}  // namespace holdfast::policy
