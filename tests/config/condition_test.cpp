#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using policy::Condition;
using policy::Operand;
using policy::Test;
using testing::ElementsAre;
using testing::IsEmpty;

std::string text(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::null:
      return "null";
    case Operand::Kind::boolean:
      return operand.flag ? "true" : "false";
    case Operand::Kind::number:
      return operand.text;
    case Operand::Kind::string:
      return "'" + operand.text + "'";
    case Operand::Kind::list:
      break;
  }
  std::string out = "[";
  for (const Operand& item : operand.items)
    out += (out.size() > 1 ? "," : "") + text(item);
  return out + "]";
}

std::string text(const Test& test) {
  constexpr const char* kNames[] = {"eq",      "ne",      "gt",     "gte",      "lt",          "lte",
                                    "between", "in",      "not_in", "contains", "starts_with", "ends_with",
                                    "glob",    "matches", "exists", "type",     "length",      "cidr"};
  std::string out = test.field + " ";
  if (test.items == policy::Items::any_of) out += "any-item ";
  if (test.items == policy::Items::all) out += "all-items ";
  out += kNames[static_cast<int>(test.op)];
  if (test.length_of.empty()) out += " " + text(test.operand);
  for (const Test& inner : test.length_of)
    out += " {" + text(inner) + "}";
  if (test.missing) out += *test.missing ? " missing" : " !missing";
  return out;
}

std::string text(const Condition& condition) {
  if (condition.kind == Condition::Kind::test) return "(" + text(condition.test) + ")";
  if (condition.kind == Condition::Kind::negation) return "not" + text(condition.children.at(0));
  std::string out = condition.kind == Condition::Kind::all ? "all[" : "any[";
  for (const Condition& child : condition.children)
    out += text(child);
  return out + "]";
}

constexpr const char* kHead =
    "version: 1\ndata_dir: d\nupstreams: []\nrules:\n  - tool: a.b\n    action: deny\n";

// The condition of a rule whose `when` block is this text, indented by four.
std::string read(const std::string& when) {
  Folder folder;
  const Loaded loaded = load(folder.write("a.yaml", kHead + when));
  if (!loaded.config) return fmt::format("{}", fmt::join(folder.texts(loaded.problems), "; "));
  const auto& rule = loaded.config->policy.rules.at(0);
  return rule.when ? text(*rule.when) : "always";
}

TEST(Condition, EveryShapeIsReadAsItIsMeant) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "always"},
      {"    when:\n      args.amount:\n        gt: 100\n", "(args.amount gt 100)"},
      {"    when: {args.amount: {gt: 100}}\n", "(args.amount gt 100)"},
      {"    when: {args.amount: {gt: 100, missing: false}}\n", "(args.amount gt 100 !missing)"},
      {"    when: {args.amount: {gte: 1, lt: 5, missing: true}}\n",
       "all[(args.amount gte 1 missing)(args.amount lt 5 missing)]"},
      {"    when: {args.a: 1, args.b: x}\n", "all[(args.a eq 1)(args.b eq 'x')]"},
      {"    when: {args.a: [1, '1', true, null, yes]}\n", "(args.a in [1,'1',true,null,'yes'])"},
      {"    when: {args.a: null}\n", "(args.a eq null)"},
      {"    when: {args.a: 9007199254740993.10}\n", "(args.a eq 9007199254740993.10)"},
      {"    when: {args.a: 0x10}\n", "(args.a eq '0x10')"},
      {"    when: {any: [{args.a: {gt: 100}}, {not: {args.c: USD}}]}\n",
       "any[(args.a gt 100)not(args.c eq 'USD')]"},
      {"    when:\n      all:\n        - args.a: 1\n          args.b: 2\n        - any: [{args.c: 3}]\n",
       "all[all[(args.a eq 1)(args.b eq 2)]any[(args.c eq 3)]]"},
      {"    when: {not: {args.a: 1, args.b: 2}}\n", "notall[(args.a eq 1)(args.b eq 2)]"},
      {"    when: {args.a: {between: [1, 10]}}\n", "(args.a between [1,10])"},
      {"    when: {args.a: {length: 3}}\n", "(args.a length 3)"},
      {"    when: {args.a: {length: {gt: 3, lte: 9}}}\n", "(args.a length { gt 3} { lte 9})"},
      {"    when: {'args.items[*].price': {any_of_items: {gt: 5}, all_items: {lt: 9}, missing: true}}\n",
       "all[(args.items[*].price any-item gt 5 missing)(args.items[*].price all-items lt 9 missing)]"},
      {"    when: {args.a: {matches: '^a+$', exists: true, type: string, cidr: 10.0.0.0/8}}\n",
       "all[(args.a matches '^a+$')(args.a exists true)(args.a type 'string')(args.a cidr '10.0.0.0/8')]"},
      {"    when: {args.a: {not_in: [], contains: x, starts_with: y, ends_with: z, glob: '*', ne: 1}}\n",
       "all[(args.a not_in [])(args.a contains 'x')(args.a starts_with 'y')(args.a ends_with 'z')(args.a "
       "glob '*')"
       "(args.a ne 1)]"}};
  for (const auto& [when, expected] : rows)
    EXPECT_EQ(read(when), expected) << when;
}

TEST(Condition, WhatIsNotOneSaysWhere) {
  const std::pair<const char*, const char*> rows[] = {
      {"    when:\n",
       "a.yaml:7:5: `rules[0].when` has no value\n    hint: give it one, or leave the key out"},
      {"    when: {}\n",
       "a.yaml:7:11: `rules[0].when` must be a map of conditions, not empty\n"
       "    hint: such as {args.amount: {gt: 100}}; leave `when` out to match every call"},
      {"    when: true\n",
       "a.yaml:7:11: `rules[0].when` must be a map of conditions, not a single value\n"
       "    hint: such as {args.amount: {gt: 100}}; leave `when` out to match every call"},
      {"    when: {any: []}\n",
       "a.yaml:7:17: `any` must be a list of conditions\n"
       "    hint: such as any: [{args.amount: {gt: 100}}, {args.currency: USD}]"},
      {"    when: {any: [{}]}\n",
       "a.yaml:7:18: `rules[0].when` must be a map of conditions, not empty\n"
       "    hint: such as {args.amount: {gt: 100}}; leave `when` out to match every call"},
      {"    when: {args: {amount: {gt: 1}}}\n",
       "a.yaml:7:19: `amount` is not an operator\n"
       "    hint: if it is a member of `args`, write `args.amount: ...` in one key"},
      {"    when: {args.a: {gtt: 1}}\n",
       "a.yaml:7:21: `gtt` is not an operator\n    hint: did you mean `gt`?"},
      {"    when: {args.a: {regex: x}}\n",
       "a.yaml:7:21: `regex` is not an operator\n    hint: did you mean `matches`?"},
      {"    when: {args.a: {'>': 1}}\n", "a.yaml:7:21: `>` is not an operator\n    hint: did you mean `gt`?"},
      {"    when: {args.a: {'=': 1}}\n", "a.yaml:7:21: `=` is not an operator\n    hint: did you mean `eq`?"},
      {"    when: {args.a: {not: 5}}\n",
       "a.yaml:7:21: `not` is not an operator\n    hint: did you mean `ne`?"},
      {"    when: {or: [{args.a: 1}]}\n",
       "a.yaml:7:12: `or` is no field and no combinator\n    hint: did you mean `any`?"},
      {"    when: {and: [{args.a: 1}]}\n",
       "a.yaml:7:12: `and` is no field and no combinator\n    hint: did you mean `all`?"},
      {"    when: {args.a: {}}\n", "a.yaml:7:20: `args.a` has no operator\n    hint: such as {gt: 100}"},
      {"    when: {args.a: {missing: true}}\n",
       "a.yaml:7:20: `args.a` has no operator\n    hint: such as {gt: 100}"},
      {"    when: {args.a: {gt: 1, missing: yes}}\n", "a.yaml:7:37: `missing` must be true or false"},
      {"    when: {args.a: }\n", "a.yaml:7:12: a value to compare with is missing in `rules[0].when`"},
      {"    when: {args.a: {gt: {b: 1}}}\n",
       "a.yaml:7:25: a value to compare with is missing in `rules[0].when`\n"
       "    hint: an operator takes a value or a list, not a map"},
      {"    when: {args.a: {length: {}}}\n",
       "a.yaml:7:29: `length` is empty\n    hint: such as length: {gt: 3}"},
      {"    when: {args.a: {length: {length: 3}}}\n",
       "a.yaml:7:30: `length` is not an operator for a length\n    hint: such as length: {gt: 3}"},
      {"    when: {args.a: {any_of_items: 3}}\n",
       "a.yaml:7:21: `any_of_items` must hold operators\n    hint: such as any_of_items: {gt: 100}"},
      {"    when: {args.a: {any_of_items: {missing: true}}}\n",
       "a.yaml:7:36: `missing` is not an operator\n    hint: did you mean `missing`?"},
      {"    when: {args.a: ${HF_NOWHERE}}\n",
       "a.yaml:7:20: `rules[0].when`: the environment variable HF_NOWHERE is not set"},
      {"    when: {args.a: 1, args.a: 2}\n",
       "a.yaml:7:23: `args.a` stands twice: the first is at a.yaml:7:12"}};
  for (const auto& [when, expected] : rows)
    EXPECT_EQ(read(when), expected) << when;
}

TEST(Condition, ARuleWhoseConditionCannotBeReadIsInNoDraft) {
  Folder folder;
  const Draft draft = config::read(folder.write("a.yaml", std::string(kHead) + "    when: {}\n"));
  ASSERT_TRUE(draft.config);
  EXPECT_THAT(draft.config->policy.rules, IsEmpty());
  EXPECT_TRUE(has_error(draft.problems));
}

// The block of the seed, to the letter.
TEST(Condition, TheFirstSeedsRuleLoadsVerbatim) {
  const Environment environment(alices());
  std::string config = kSmallest;
  const std::size_t from = config.find("rules:");
  config.replace(from, config.find("approvers:") - from, R"(rules:
  - tool: "payment.send"
    action: escalate
    when:
      args.amount:
        gt: 100
    reason: "Payments over $100 require approval"
)");
  Folder folder;
  const Loaded loaded = load(folder.write("a.yaml", config));
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  EXPECT_EQ(text(*loaded.config->policy.rules.at(0).when), "(args.amount gt 100)");
}

}  // namespace
}  // namespace holdfast::config
