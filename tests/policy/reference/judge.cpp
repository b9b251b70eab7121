#include "tests/policy/reference/judge.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "tests/policy/reference/fields.hpp"
#include "tests/policy/reference/operators.hpp"
#include "tests/policy/reference/text.hpp"

namespace holdfast::reference {
namespace {

using json::Kind;
using policy::Condition;
using policy::Items;
using policy::Operator;
using policy::Test;
using State = Start::State;
using Steps = std::span<const std::string>;

// An operator with what it needs to know of the test around it.
struct Asked {
  Test test;
  bool of_length = false;
  Items items = Items::bare;
  std::optional<bool> missing;

  [[nodiscard]] Say absent() const {
    if (missing) return yes_if(*missing);
    return test.op == Operator::exists ? yes_if(!test.operand.flag) : Say::unknown;
  }
};

Say ask(const Asked& asked, const Tree& at, Steps rest);

Say ask_items(const Asked& asked, const Tree& array, Steps rest) {
  Say every = Say::yes, some = Say::no;
  for (const Tree& item : array.items) {
    const Say say = ask(asked, item, rest);
    every = both(every, say);
    some = either(some, say);
  }
  if (asked.items == Items::any_of) return some;
  if (asked.items == Items::all) return every;
  // Bare: all are, or none is; where there is nothing both would hold.
  if (array.items.empty()) return Say::unknown;
  return every == some ? every : Say::unknown;
}

Say ask_value(const Asked& asked, const Tree& value) {
  if (is_doubtful(value)) return Say::unknown;
  if (!asked.of_length) return apply(asked.test, value);
  const Tree length = length_of(value);
  return length.kind == Kind::null ? Say::unknown : apply(asked.test, length);
}

// What is said of the value that the steps lead to from here.
Say ask(const Asked& asked, const Tree& at, Steps rest) {
  if (rest.empty()) return ask_value(asked, at);
  const std::string& step = rest.front();
  if (step == "[*]") return at.kind == Kind::array ? ask_items(asked, at, rest.subspan(1)) : Say::unknown;
  if (step == "length" && rest.size() == 1 && at.kind == Kind::array) return ask_value(asked, length_of(at));
  if (at.kind != Kind::object) return Say::unknown;
  const Start member = member_of(at, step);
  if (member.state == State::unknown) return Say::unknown;
  return member.state == State::missing ? asked.absent() : ask(asked, member.value, rest.subspan(1));
}

Say ask_call(const Asked& asked, const std::string& field, const Call& call) {
  const Start start = start_of(field, asked.items != Items::bare, call);
  if (start.state == State::unknown) return Say::unknown;
  const Say say = start.state == State::missing ? asked.absent() : ask(asked, start.value, start.steps);
  if (field != "http.path" || call.respelt_path.empty()) return say;
  // Whatever is said of the path must be true of both of its spellings.
  const Say other = ask(asked, Tree::string(std::string(call.respelt_path)), {});
  return say == other ? say : Say::unknown;
}

}  // namespace

Say says(const Test& test, const Call& call) {
  if (test.op != Operator::length) return ask_call({test, false, test.items, test.missing}, test.field, call);
  if (test.length_of.empty()) {
    Test equals = test;
    equals.op = Operator::eq;
    return ask_call({equals, true, test.items, test.missing}, test.field, call);
  }
  Say all = Say::yes;
  for (const Test& inner : test.length_of) {
    const auto missing = inner.missing ? inner.missing : test.missing;
    all = both(all, ask_call({inner, true, test.items, missing}, test.field, call));
  }
  return all;
}

Say says(const Condition& condition, const Call& call) {
  if (condition.kind == Condition::Kind::test) return says(condition.test, call);
  if (condition.kind == Condition::Kind::negation) return opposite(says(condition.children.at(0), call));
  const bool any = condition.kind == Condition::Kind::any;
  Say say = any ? Say::no : Say::yes;
  for (const Condition& child : condition.children)
    say = any ? either(say, says(child, call)) : both(say, says(child, call));
  return say;
}

RiskLevel risk_of(const Call& call) {
  using enum RiskLevel;
  int tier = call.agent == nullptr ? 5 : call.agent->trust_tier;
  if (tier < 1 || tier > 5) tier = 5;
  if (call.sensitivity == "low") return tier <= 2 ? low : tier == 3 ? medium : high;
  if (call.sensitivity == "standard") return tier <= 3 ? medium : high;
  return tier <= 3 ? high : critical;
}

namespace {

Say says(const std::optional<Condition>& condition, const Call& call) {
  return condition ? reference::says(*condition, call) : Say::yes;
}

// Of a rule, or of the default.
Verdict verdict_of(const policy::Rule* rule, Effect otherwise) {
  Verdict verdict;
  verdict.effect = rule == nullptr ? otherwise : rule->action;
  verdict.rule = rule == nullptr ? "default" : rule->id;
  if (rule == nullptr) return verdict;
  verdict.reason = rule->reason;
  verdict.show_rule = rule->show_rule;
  if (rule->action == Effect::escalate) verdict.plan = rule->plan;
  return verdict;
}

void approve(Verdict& verdict, const policy::Options& options, const Call& call) {
  for (const policy::Rule& rule : options.auto_approve) {
    if (says(rule.when, call) != Say::yes) continue;
    verdict = verdict_of(&rule, Effect::allow);
    return;
  }
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void add_plan(Verdict& verdict, const std::string& plan) {
  if (verdict.plan.empty()) verdict.plan = plan;
  if (plan != verdict.plan) add_once(verdict.further_plans, plan);
}

// The plan of the first route; an unknown one adds its own to the next.
void route(Verdict& verdict, const policy::Options& options, const Call& call) {
  std::vector<std::string> chosen, perhaps;
  for (const policy::Route& route : options.routes) {
    if (!chosen.empty()) break;
    const Say say = says(route.when, call);
    if (say != Say::no) (say == Say::yes ? chosen : perhaps).push_back(route.plan);
  }
  add_plan(verdict, chosen.empty() ? "default" : chosen.front());
  for (const std::string& plan : perhaps)
    add_plan(verdict, plan);
}

// Whom to ask: the plans of all that escalates it or perhaps does.
void escalate(Verdict& verdict, const std::vector<std::string>& plans, const policy::Options& options,
              const Call& call) {
  verdict.plan.clear();
  for (const std::string& plan : plans) {
    if (plan.empty()) route(verdict, options, call);
    if (!plan.empty()) add_plan(verdict, plan);
  }
  for (const policy::MultiApproval& raise : options.multi_approval) {
    if (reference::says(raise.condition, call) == Say::no) continue;
    verdict.required = std::max(verdict.required, raise.required_approvers);
    for (const std::string& group : raise.must_include)
      add_once(verdict.must_include, group);
  }
}

}  // namespace

Verdict judge(const policy::Options& options, const Call& call) {
  // What is rejected automatically is rejected by rules that stand before all others.
  std::vector<policy::Rule> rules = options.auto_reject;
  rules.insert(rules.end(), options.rules.begin(), options.rules.end());
  const policy::Rule* decided = nullptr;
  const policy::Rule* remembered = nullptr;
  std::vector<std::string> plans;
  for (const policy::Rule& rule : rules) {
    const bool about = rule.tool == "*" || wild(rule.tool, call.tool, '.');
    if (!about || decided != nullptr) continue;
    const Say say = says(rule.when, call);
    if (say == Say::yes) decided = &rule;
    if (say == Say::unknown && (remembered == nullptr || rule.action > remembered->action))
      remembered = &rule;
    if (say != Say::no && rule.action == Effect::escalate) plans.push_back(rule.plan);
  }
  if (decided == nullptr && options.default_effect == Effect::escalate) plans.emplace_back();
  const Effect known = decided == nullptr ? options.default_effect : decided->action;
  // Every remembered rule stands before the one that decided, so it is the first among equals.
  const bool of_unknown = remembered != nullptr && remembered->action >= known;
  Verdict verdict = verdict_of(of_unknown ? remembered : decided, known);
  verdict.by_unknown = verdict.effect != known;
  if (verdict.effect == Effect::escalate && !of_unknown && verdict.plan.empty())
    approve(verdict, options, call);
  if (verdict.effect == Effect::escalate) escalate(verdict, plans, options, call);
  verdict.risk = risk_of(call);
  return verdict;
}

}  // namespace holdfast::reference
