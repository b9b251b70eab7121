// What an explanation tells of one decision. That it tells the truth of every decision is the corpus's
// business (reference/explain_test.cpp).
#include "policy/explain.hpp"

#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Effect;
using enum Operator;
using testing::ElementsAre;
using testing::HasSubstr;

std::string flat(const Told& told) {
  std::string text = told.text + (told.says == Truth::yes  ? "=yes"
                                  : told.says == Truth::no ? "=no"
                                                           : "=unknown");
  if (!told.found.empty()) text += "(" + told.found + ")";
  for (const Told& part : told.parts)
    text += " [" + flat(part) + "]";
  return text;
}

// `rules[0] unknown: args.amount gt 100=unknown("5000")`
std::vector<std::string> lines(const Explanation& told) {
  std::vector<std::string> out;
  for (const Consulted& one : told.consulted) {
    std::string line = one.id + (one.expired              ? " expired"
                                 : one.in_shadow          ? " in shadow"
                                 : !one.asked             ? " not asked"
                                 : one.says == Truth::yes ? " yes"
                                 : one.says == Truth::no  ? " no"
                                                          : " unknown");
    if (one.when) line += ": " + flat(*one.when);
    out.push_back(std::move(line));
  }
  return out;
}

Explanation told(const Options& options, const Call& call) {
  static std::shared_ptr<const Policy> policy;
  policy = compiled(options);
  return explain_with_room(*policy, call);
}

TEST(Explain, TellsEveryRuleEveryConditionAndItsValue) {
  const TestCall it(R"({"amount":"5000","items":[{"price":1}],"note":"abc"})");
  const Explanation explanation = told(
      options({rule("crm.*", deny), rule("payment.send", escalate, is("args.amount", gt, "100")),
               rule("payment.*", allow,
                    all({is("args.items[*].price", lt, "5"), no(is("args.currency", eq, "\"EUR\""))})),
               rule("**", allow, any({is("trust_tier", in, "[1, 2]"), is("args.note", matches, "\"a.*\"")})),
               rule("payment.send", deny)}),
      it.call);
  EXPECT_THAT(
      lines(explanation),
      ElementsAre(
          "rules[1] unknown: args.amount gt 100=unknown(\"5000\")",
          "rules[2] unknown: all=unknown [args.items[*].price lt 5=yes([{\"price\":1}])] [not=unknown "
          "[args.currency eq \"EUR\"=unknown(missing)]]",
          "rules[3] yes: any=yes [trust_tier in [1, 2]=no(5)] [args.note matches \"a.*\"=yes(\"abc\")]",
          "rules[4] not asked"));
  EXPECT_EQ(explanation.decision.effect, escalate);
  EXPECT_EQ(explanation.decision.rule, "rules[1]");
  EXPECT_THAT(explanation.why, HasSubstr("the condition of `rules[1]` is unknown"));
}

TEST(Explain, TellsWhatTakesNoPartAndWhy) {
  Rule tried = rule("*", deny), old = rule("*", deny);
  tried.shadow = true;
  old.expires = WallTime{std::chrono::hours(1)};
  TestCall it("{}");
  it.call.now = WallTime{std::chrono::hours(2)};
  EXPECT_THAT(lines(told(options({tried, old, rule("*", allow)}), it.call)),
              ElementsAre("rules[2] yes", "rules[0] in shadow", "rules[1] expired"));
}

TEST(Explain, SaysWhyThereIsNoValue) {
  TestCall it(R"({"amount":5,"Amount":6})");
  it.call.untold.headers = true;
  it.call.body_state = Readable::unreadable;
  const Explanation explanation =
      told(options({rule("*", deny,
                         any({is("args.amount", gt, "1"), is("http.header.x", eq, "\"1\""),
                              is("body.x", eq, "1"), is("args.z", eq, "1")}))}),
           it.call);
  EXPECT_THAT(lines(explanation), ElementsAre("rules[0] unknown: any=unknown [args.amount gt 1=unknown(not "
                                              "certain: readers of the call differ on it)] "
                                              "[http.header.x eq \"1\"=unknown(not told, or not readable)] "
                                              "[body.x eq 1=unknown(not told, or not readable)] "
                                              "[args.z eq 1=unknown(missing)]"));
}

TEST(Explain, ALengthIsTheComparisonsOnIt) {
  const TestCall it(R"({"note":"abcd"})");
  policy::Test length;
  length.field = "args.note";
  length.op = Operator::length;
  length.length_of = {test("", gt, "3"), test("", lt, "9")};
  EXPECT_THAT(
      lines(told(options({rule("*", deny, any({is(length), is("args.x", exists, "true")}))}), it.call)),
      ElementsAre("rules[0] yes: any=yes [args.note length gt 3 lt 9=yes(\"abcd\")] [args.x exists "
                  "true=no(missing)]"));
}

TEST(Explain, SaysWhatMadeTheDecision) {
  const TestCall it(R"({"amount":5})");
  Options written = options({rule("*", escalate, is("args.amount", lt, "9"))}, allow);
  EXPECT_THAT(told(written, it.call).why, HasSubstr("`rules[0]` is the first rule whose condition is true"));
  written.auto_approve = {rule("*", allow, is("trust_tier", eq, "1")),
                          rule("*", allow, is("trust_tier", eq, "5"))};
  EXPECT_THAT(told(written, it.call).why, HasSubstr("`auto_approve[1]` spares the question"));
  EXPECT_THAT(lines(told(written, it.call)), ElementsAre("rules[0] yes: args.amount lt 9=yes(5)",
                                                         "auto_approve[0] no: trust_tier eq 1=no(5)",
                                                         "auto_approve[1] yes: trust_tier eq 5=yes(5)"));
  EXPECT_THAT(told(options({}, deny), it.call).why, HasSubstr("so the default decides: deny"));
  EXPECT_THAT(told(options({rule("*", allow)}), it.call).why, HasSubstr("has no condition"));
}

TEST(Explain, TellsWhoIsAskedAndWhatRaisesIt) {
  const TestCall it(R"({"amount":5})");
  Options written = options({rule("*", escalate), rule("*", deny)});
  written.routes = {{is("args.amount", gt, "9"), "big", {}}, {std::nullopt, "small", {}}};
  written.multi_approval = {{is("risk_level", eq, "\"high\""), 2, {"security"}, {}}};
  const Explanation explanation = told(written, it.call);
  EXPECT_THAT(lines(explanation),
              ElementsAre("rules[0] yes", "rules[1] not asked", "big no: args.amount gt 9=no(5)", "small yes",
                          "multi_approval[0] yes: risk_level eq \"high\"=yes(\"high\")"));
  EXPECT_EQ(explanation.decision.plan, "small");
  EXPECT_EQ(explanation.decision.required, 2);
}

}  // namespace
}  // namespace holdfast::policy
