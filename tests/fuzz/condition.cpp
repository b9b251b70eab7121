// Conditions as their author writes them, in YAML or JSON: what is compiled of them says of any call what a
// recursion over what was written says, is explained as that, and asking what can no longer be known never
// gives a laxer decision, whatever the rule does with the condition. Input: what stands behind `when:`, and
// behind a line `---` dice for the calls.
#include <algorithm>

#include "config/sections.hpp"
#include "config/yaml.hpp"
#include "policy/condition_text.hpp"
#include "policy/engine.hpp"
#include "policy/explain.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/dice.hpp"
#include "tests/policy/reference/blurs.hpp"
#include "tests/policy/reference/calls.hpp"
#include "tests/policy/reference/fields.hpp"
#include "tests/policy/reference/judge.hpp"

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using policy::Operator;
using policy::Truth;
using reference::Say;

// As the loader reads it; absent when it refuses it.
std::optional<Condition> read(const std::string& text) {
  static std::map<std::string, std::shared_ptr<const policy::ZoneClock>> zones;
  config::Context context;
  const auto tree = config::parse_yaml(text, "fuzz.yaml", &context.problems);
  if (!tree) return std::nullopt;
  context.zones.swap(zones);
  config::Node rule;
  rule.kind = config::Node::Kind::map;
  rule.members.push_back({"when", {}, *tree});
  std::optional<Condition> condition;
  {
    config::Section section(&context, &rule, "rule", "rule", {});
    condition = config::read_condition(section, "when");
  }
  zones.swap(context.zones);
  claim(condition.has_value() != has_error(context.problems), "a condition or a problem", text);
  return condition;
}

// A policy that knows the words of the reference's calls.
policy::Options asking(Effect action, const Condition& condition, Effect otherwise) {
  policy::Rule rule;
  rule.id = "asked";
  rule.action = action;
  rule.when = condition;
  policy::Options options;
  options.default_effect = otherwise;
  options.rules = {rule};
  options.env = {{"STAGE", "prod"}, {"REGION", ""}};
  options.directory.trust_tiers = {{"partner", 2}, {"intern", 5}};
  return options;
}

Condition negated(const Condition& condition) {
  Condition out;
  out.kind = Condition::Kind::negation;
  out.children = {condition};
  return out;
}

// With a rule that denies for it, before a default that allows, a condition shows what it says.
Truth shown(const Decision& decision) {
  if (decision.rule == "default") return Truth::no;
  return decision.by_unknown ? Truth::unknown : Truth::yes;
}

// The reference tries every way in which `*` may match.
bool is_slow(const Condition& condition) {
  const auto stars = [](const std::string& text) { return std::count(text.begin(), text.end(), '*') > 6; };
  if (condition.kind == Condition::Kind::test && condition.test.op == Operator::glob &&
      stars(condition.test.operand.text))
    return true;
  return std::any_of(condition.children.begin(), condition.children.end(), is_slow);
}

void check_against_reference(const policy::Policy& policy, const policy::Options& options,
                             const reference::Facts& facts, const std::string& text) {
  const reference::Made made(facts);
  const Truth ours = shown(policy.decide(made.call()));
  const Say expected = reference::says(*options.rules.front().when, {options, made.call()});
  claim(static_cast<int>(ours) == static_cast<int>(expected), "a condition says what is written", text,
        reference::to_text(facts));
}

void check_explanation(const policy::Policy& policy, const reference::Facts& facts, const std::string& text) {
  const reference::Made made(facts);
  const policy::Explanation why = policy.explain(made.call(), {});
  claim(shown(why.decision) == shown(policy.decide(made.call())), "the decision that is explained is ours",
        text);
  claim(!why.consulted.empty() && why.consulted.front().says == shown(why.decision),
        "what is told of a condition is what it said", text, reference::to_text(facts));
}

void check_doubt(const policy::Policy& policy, const reference::Facts& facts, const reference::Facts& less,
                 const std::string& text) {
  const reference::Made known(facts), unknown(less);
  claim(policy.decide(unknown.call()).effect >= policy.decide(known.call()).effect, "doubt never relaxes",
        text, reference::to_text(facts) + "\nand then\n" + reference::to_text(less));
}

// What a rule may do with a condition. A hint is refused where it would allow.
std::vector<std::shared_ptr<const policy::Policy>> uses_of(const Condition& condition) {
  std::vector<std::shared_ptr<const policy::Policy>> out;
  const auto add = [&](policy::Options options) {
    if (auto compiled = policy::compile(std::move(options)); compiled.policy)
      out.push_back(std::move(compiled.policy));
  };
  for (const Condition& one : {condition, negated(condition)}) {
    add(asking(Effect::deny, one, Effect::allow));
    add(asking(Effect::escalate, one, Effect::allow));
    add(asking(Effect::allow, one, Effect::deny));
    policy::Options spared = asking(Effect::allow, one, Effect::escalate);
    spared.rules.swap(spared.auto_approve);
    add(std::move(spared));
  }
  return out;
}

void check(const std::string& text, const Condition& condition, Dice& dice) {
  const policy::Options options = asking(Effect::deny, condition, Effect::allow);
  const auto compiled = policy::compile(options);
  claim((compiled.policy != nullptr) != has_error(compiled.problems), "a policy or a problem", text);
  if (compiled.policy == nullptr) return;
  const bool slow = is_slow(condition);
  const auto uses = uses_of(condition);
  const reference::Wanted wanted = reference::wanted_by(options);
  for (int calls = 0; calls < 4; ++calls) {
    reference::Random random(dice.below(65536));
    const reference::Facts facts = reference::some_call(random, wanted);
    if (!slow) check_against_reference(*compiled.policy, options, facts, text);
    check_explanation(*compiled.policy, facts, text);
    reference::Facts less = facts;
    const auto blurs = reference::blurs();
    blurs[dice.below(blurs.size())](less, random);
    for (const auto& use : uses)
      check_doubt(*use, facts, less, text);
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  constexpr std::string_view kLine = "\n---\n";
  const std::string_view input = text_of(data, size);
  const std::size_t end = std::min(input.find(kLine), input.size());
  const std::string text(input.substr(0, end));
  Dice dice(input.substr(std::min(end + kLine.size(), input.size())));
  if (const auto condition = read(text)) check(text, *condition, dice);
  return 0;
}
