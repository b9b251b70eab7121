#include "policy/escalation.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::policy {
namespace {

void add_once(std::vector<std::string_view>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void add_plan(Decision& decision, std::string_view plan) {
  if (decision.plan.empty()) decision.plan = plan;
  if (plan != decision.plan) add_once(decision.further_plans, plan);
}

}  // namespace

void Escalation::compile(const Options& options, Compiler& compiler) {
  for (const Rule& rule : options.auto_approve) {
    approvals_.push_back({&rule, rule.when ? compiler.add(*rule.when) : std::nullopt});
    compiler.refuse_hint(rule);
    bool& reads = rule.shadow ? reads_document_in_shadow_ : reads_document_;
    reads = compiler.take_reads_document() || reads;
    bool& parameters = rule.shadow ? reads_parameters_in_shadow_ : reads_parameters_;
    parameters = compiler.take_reads_parameters() || parameters;
    has_shadows_ = has_shadows_ || !always_in_force(rule);
  }
  for (const Route& route : options.routes) {
    const Start condition = route.when ? compiler.add(*route.when) : std::nullopt;
    routes_.push_back({&route, condition, compiler.take_hint() != nullptr});
  }
  for (const MultiApproval& raise : options.multi_approval)
    raises_.push_back({&raise, compiler.add(raise.condition)});
  static_cast<void>(compiler.take_hint());  // a hint may raise
  reads_document_ = compiler.take_reads_document() || reads_document_;
  reads_parameters_ = compiler.take_reads_parameters() || reads_parameters_;
}

const Rule* Escalation::approve(Evaluation& evaluation, const Moment& moment) const {
  for (const Compiled<Rule>& one : approvals_) {
    if (in_force(*one.written, moment) != Truth::yes) continue;
    if (evaluation.says(one.written, one.condition) == Truth::yes) return one.written;
  }
  return nullptr;
}

void Escalation::ask(Evaluation& evaluation, std::span<const std::string_view> plans,
                     Decision& decision) const {
  for (const std::string_view plan : plans) {
    if (plan.empty()) {
      choose_plan(evaluation, decision);
    } else {
      add_plan(decision, plan);
    }
  }
  raise(evaluation, decision);
}

// A route that may have been meant is met as well as the one that certainly is; so is one on a hint, which
// spares nobody.
void Escalation::choose_plan(Evaluation& evaluation, Decision& decision) const {
  std::vector<std::string_view> perhaps;
  std::string_view chosen = kDefaultPlan;
  for (const Compiled<Route>& route : routes_) {
    Truth says = evaluation.says(route.written, route.condition);
    if (route.hinted && says == Truth::yes) says = Truth::unknown;
    if (says == Truth::unknown) perhaps.push_back(route.written->plan);
    if (says != Truth::yes) continue;
    chosen = route.written->plan;
    break;
  }
  add_plan(decision, chosen);
  for (const std::string_view plan : perhaps)
    add_plan(decision, plan);
}

void Escalation::raise(Evaluation& evaluation, Decision& decision) const {
  for (const Compiled<MultiApproval>& one : raises_) {
    if (evaluation.says(one.written, one.condition) == Truth::no) continue;
    decision.required = std::max(decision.required, one.written->required_approvers);
    for (const std::string& group : one.written->must_include)
      add_once(decision.must_include, group);
  }
}

}  // namespace holdfast::policy
