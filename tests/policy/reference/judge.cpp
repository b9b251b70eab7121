#include "tests/policy/reference/judge.hpp"

#include <algorithm>
#include <map>
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
  mutable std::size_t read = 0;  // by its pattern, of all items together

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
  if (!asked.of_length) return apply(asked.test, value, asked.read);
  const Tree length = length_of(value);
  return length.kind == Kind::null ? Say::unknown : apply(asked.test, length, asked.read);
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

Say ask_start(const Asked& asked, const Start& start) {
  if (start.state == State::unknown) return Say::unknown;
  return start.state == State::missing ? asked.absent() : ask(asked, start.value, start.steps);
}

// A name of a trust tier is its number.
void name_tiers(policy::Operand& operand, const std::map<std::string, int>& names) {
  for (policy::Operand& item : operand.items)
    name_tiers(item, names);
  if (operand.kind != policy::Operand::Kind::string) return;
  operand.kind = policy::Operand::Kind::number;
  operand.text = std::to_string(names.at(operand.text));
}

// Day by day and minute by minute, as somebody reads it off a clock on the wall.
Say says(const policy::TimeWindow& window, const std::optional<WallTime>& now) {
  if (!now) return Say::unknown;
  constexpr std::int64_t kMinute = 60'000, kDay = 24 * 60 * kMinute;
  std::int64_t shown = now->time_since_epoch().count();
  if (window.clock) {
    std::optional<std::int64_t> ahead;
    for (const auto& change : window.clock->changes) {
      if (shown >= change.at.time_since_epoch().count() * 1000) ahead = change.ahead.count() * 1000;
    }
    if (!ahead || shown >= window.clock->known_to.time_since_epoch().count() * 1000) return Say::unknown;
    shown += *ahead;
  }
  const std::int64_t day = shown / kDay;  // since 1970-01-01, which was a Thursday
  const auto minute = shown % kDay / kMinute;
  const auto begins = [&](std::int64_t on) { return (window.days >> ((on + 3) % 7) & 1) != 0; };
  const auto begin = window.begin.count(), end = window.end.count();
  if (begin < end) return yes_if(begins(day) && begin <= minute && minute < end);
  return yes_if((begins(day) && minute >= begin) || (begins(day - 1) && minute < end));
}

Say ask_call(const Asked& asked, const std::string& field, const Question& call) {
  if (field == "trust_tier" || field == "agent.trust_tier") {
    Asked numbered = asked;
    name_tiers(numbered.test.operand, call.options->directory.trust_tiers);
    return ask_start(numbered, start_of(field, false, call));
  }
  const Say say = ask_start(asked, start_of(field, asked.items != Items::bare, call));
  // Whatever is said of a path must be true of both of its spellings, of a host with its port and without.
  const std::string also(field == "http.path" ? call.respelt_path : call.host_alone);
  if ((field != "http.path" && field != "http.host") || also.empty()) return say;
  const Say other = ask({asked.test, asked.of_length, asked.items, asked.missing}, Tree::string(also), {});
  return say == other ? say : Say::unknown;
}

}  // namespace

Say says(const Test& test, const Question& call) {
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

Say says(const Condition& condition, const Question& call) {
  if (condition.kind == Condition::Kind::time) return says(condition.time, call.now);
  if (condition.kind == Condition::Kind::test) return says(condition.test, call);
  if (condition.kind == Condition::Kind::negation) return opposite(says(condition.children.at(0), call));
  const bool any = condition.kind == Condition::Kind::any;
  Say say = any ? Say::no : Say::yes;
  for (const Condition& child : condition.children)
    say = any ? either(say, says(child, call)) : both(say, says(child, call));
  return say;
}

RiskLevel risk_of(const Question& call) {
  using enum RiskLevel;
  int tier = call.agent == nullptr ? 5 : call.agent->trust_tier;
  if (tier < 1 || tier > 5) tier = 5;
  if (call.options->risk != policy::default_risk_matrix()) {
    const std::size_t row = call.sensitivity == "low" ? 0 : call.sensitivity == "standard" ? 1 : 2;
    return call.options->risk.at(row).at(static_cast<std::size_t>(tier - 1));
  }
  if (call.sensitivity == "low") return tier <= 2 ? low : tier == 3 ? medium : high;
  if (call.sensitivity == "standard") return tier <= 3 ? medium : high;
  return tier <= 3 ? high : critical;
}

namespace {

Say says(const std::optional<Condition>& condition, const Question& call) {
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

// Somebody claims it: the server of its tool, or the agent of its call.
bool reads_hint(const Condition& condition) {
  if (condition.kind == Condition::Kind::test) {
    const std::string& field = condition.test.field;
    return field.starts_with("context.") || field.starts_with("annotations.");
  }
  return std::any_of(condition.children.begin(), condition.children.end(), reads_hint);
}

bool reads_hint(const std::optional<Condition>& condition) {
  return condition && reads_hint(*condition);
}

// Whether it takes part; `all`: whether or not it does, it is taken to.
Say in_force(const policy::Rule& rule, const Question& call, bool all) {
  const Say shown = yes_if(all || !rule.shadow);
  if (!rule.expires) return shown;
  return both(shown, call.now ? yes_if(all || *call.now < *rule.expires) : Say::unknown);
}

void approve(Verdict& verdict, const Question& call, bool all) {
  for (const policy::Rule& rule : call.options->auto_approve) {
    if (both(says(rule.when, call), in_force(rule, call, all)) != Say::yes) continue;
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
void route(Verdict& verdict, const Question& call) {
  std::vector<std::string> chosen, perhaps;
  for (const policy::Route& route : call.options->routes) {
    if (!chosen.empty()) break;
    Say say = says(route.when, call);
    if (say == Say::yes && reads_hint(route.when)) say = Say::unknown;  // it spares nobody
    if (say != Say::no) (say == Say::yes ? chosen : perhaps).push_back(route.plan);
  }
  add_plan(verdict, chosen.empty() ? "default" : chosen.front());
  for (const std::string& plan : perhaps)
    add_plan(verdict, plan);
}

// Whom to ask: the plans of all that escalates it or perhaps does.
void escalate(Verdict& verdict, const std::vector<std::string>& plans, const Question& call) {
  verdict.plan.clear();
  for (const std::string& plan : plans) {
    if (plan.empty()) route(verdict, call);
    if (!plan.empty()) add_plan(verdict, plan);
  }
  for (const policy::MultiApproval& raise : call.options->multi_approval) {
    if (reference::says(raise.condition, call) == Say::no) continue;
    verdict.required = std::max(verdict.required, raise.required_approvers);
    for (const std::string& group : raise.must_include)
      add_once(verdict.must_include, group);
  }
}

Verdict judge(const Question& call, bool all) {
  const policy::Options& options = *call.options;
  // What is rejected automatically is rejected by rules that stand before all others.
  std::vector<const policy::Rule*> rules;
  for (const auto* list : {&options.auto_reject, &options.rules}) {
    for (const policy::Rule& rule : *list)
      rules.push_back(&rule);
  }
  const policy::Rule* decided = nullptr;
  const policy::Rule* remembered = nullptr;
  Effect certainly = Effect::allow;
  bool asks_perhaps = false;
  std::vector<std::string> plans, labels;
  for (const policy::Rule* rule : rules) {
    const bool about = rule->tool == "*" || wild(rule->tool, call.tool, '.');
    if (!about || decided != nullptr) continue;
    const Say say = both(says(rule->when, call), in_force(*rule, call, all));
    if (say == Say::no) continue;
    labels.insert(labels.end(), rule->add_labels.begin(), rule->add_labels.end());
    if (rule->action == Effect::escalate) plans.push_back(rule->plan);
    if (say == Say::yes && !reads_hint(rule->when)) {
      decided = rule;
      continue;
    }
    if (remembered == nullptr || rule->action > remembered->action) remembered = rule;
    if (say == Say::yes) certainly = std::max(certainly, rule->action);
    if (say == Say::unknown && rule->action == Effect::escalate) asks_perhaps = true;
  }
  if (decided == nullptr && options.default_effect == Effect::escalate) plans.emplace_back();
  const Effect known = decided == nullptr ? options.default_effect : decided->action;
  // Every remembered rule stands before the one that decided, so it is the first among equals.
  const bool of_remembered = remembered != nullptr && remembered->action >= known;
  Verdict verdict = verdict_of(of_remembered ? remembered : decided, known);
  verdict.by_unknown = verdict.effect != std::max(known, certainly);
  const bool planned =
      std::any_of(plans.begin(), plans.end(), [](const auto& plan) { return !plan.empty(); });
  if (verdict.effect == Effect::escalate && !asks_perhaps && !planned) approve(verdict, call, all);
  if (verdict.effect != Effect::deny) verdict.labels = labels;
  if (verdict.effect == Effect::escalate) escalate(verdict, plans, call);
  return verdict;
}

}  // namespace

Verdict judge(const policy::Options& options, const Call& call) {
  const Question question(options, call);
  Verdict verdict = judge(question, false);
  const Verdict with_all = judge(question, true);
  if (with_all.effect != verdict.effect || with_all.rule != verdict.rule)
    verdict.shadow = std::string(to_string(with_all.effect)) + " by " + with_all.rule;
  verdict.risk = risk_of(question);
  return verdict;
}

}  // namespace holdfast::reference
