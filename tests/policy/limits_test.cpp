// Limits as the judge sees them: which a call draws on, and what it decides when one has no room (02-policy
// "Limits"). Whether there is room is somebody else's to know.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Limit limit(std::string sum, std::string max, Effect over = deny, Limit::By by = Limit::By::agent) {
  Limit out;
  out.sum = std::move(sum);
  out.max = std::move(max);
  out.per = std::chrono::hours(1);
  out.by = by;
  out.over = over;
  return out;
}

Rule limited(Effect action, Limit with, std::optional<Condition> when = {}, std::string id = "refunds") {
  Rule out = rule("payment.send", action, std::move(when), std::move(id));
  out.limit = std::move(with);
  return out;
}

std::vector<std::string> rules_of(const std::vector<Draw>& draws) {
  std::vector<std::string> out;
  for (const Draw& draw : draws)
    out.push_back(draw.rule);
  return out;
}

TEST(Limits, WhoeverDoesNotAskForRoomHasNone) {
  const auto policy = compiled(options({limited(allow, limit("", "10"))}));
  const Decision decision = policy->decide(TestCall().call);
  EXPECT_EQ(decision.effect, deny);
  EXPECT_TRUE(decision.by_limit);
  EXPECT_EQ(decision.rule, "refunds");
  EXPECT_THAT(decision.draws, IsEmpty());
  ASSERT_THAT(decision.wants, SizeIs(1));
  EXPECT_EQ(decision.wants[0].amount, "1");
  EXPECT_EQ(decision.wants[0].max, "10");
}

TEST(Limits, WithRoomTheRuleDecidesAsIfItHadNoLimit) {
  const auto policy = compiled(options({limited(allow, limit("", "10", escalate))}));
  const TestCall call;
  EXPECT_EQ(policy->decide(call.call).effect, escalate);
  const Decision decision = decide_with_room(*policy, call.call);
  EXPECT_EQ(decision.effect, allow);
  EXPECT_FALSE(decision.by_limit);
  EXPECT_THAT(rules_of(decision.draws), ElementsAre("refunds"));
  EXPECT_THAT(decision.wants, IsEmpty());
}

TEST(Limits, ALimitIsNoConditionAndTheNextRuleDoesNotStepIn) {
  const auto policy = compiled(options({limited(allow, limit("", "10")), rule("payment.send", allow)}));
  EXPECT_EQ(policy->decide(TestCall().call).effect, deny);
}

TEST(Limits, RoomOfAnotherAgentAnotherToolOrAnotherAmountIsNone) {
  const auto policy = compiled(options({limited(allow, limit("args.amount", "1000"))}));
  TestCall mine(R"({"amount":5})");
  const Decision asked = policy->decide(mine.call);
  EXPECT_EQ(policy->decide(mine.call, asked.wants).effect, allow);
  mine.agent.id = "another";
  EXPECT_EQ(policy->decide(mine.call, asked.wants).effect, deny);
  const TestCall more(R"({"amount":5000})");
  EXPECT_EQ(policy->decide(more.call, asked.wants).effect, deny);
}

TEST(Limits, CountForTheAgentTheToolOrEverybody) {
  const auto window = [](Limit::By by, const std::string& agent, const std::string& tool) {
    Rule all = limited(allow, limit("", "10", deny, by));
    all.tool = "payment.*";
    TestCall call;
    call.agent.id = agent;
    call.call.tool = tool;
    return compiled(options({all}))->decide(call.call).wants.at(0).window;
  };
  using enum Limit::By;
  EXPECT_EQ(window(agent, "a", "payment.send"), window(agent, "a", "payment.refund"));
  EXPECT_NE(window(agent, "a", "payment.send"), window(agent, "b", "payment.send"));
  EXPECT_EQ(window(tool, "a", "payment.send"), window(tool, "b", "payment.send"));
  EXPECT_NE(window(tool, "a", "payment.send"), window(tool, "a", "payment.refund"));
  EXPECT_EQ(window(global, "a", "payment.send"), window(global, "b", "payment.refund"));
  EXPECT_NE(window(agent, "x", "payment.x"), window(tool, "x", "payment.x"));
}

// 08-attacks: a limit refilled by a negative amount.
TEST(Limits, ANegativeOrUnknownAmountNeverHasRoom) {
  const auto policy = compiled(options({limited(allow, limit("args.amount", "1000"))}));
  for (const char* args : {R"({"amount":-1})", R"({"amount":-0.01})", R"({"amount":"5"})",
                           R"({"amount":null})", R"({"amount":[5]})", R"({"amount":{"value":5}})", R"({})",
                           R"({"amount":1e401})", R"({"amount":true})", R"({"amount":5,"Amount":5000})"}) {
    const TestCall call(args);
    const Decision decision = decide_with_room(*policy, call.call);
    EXPECT_EQ(decision.effect, deny) << args;
    EXPECT_TRUE(decision.by_limit) << args;
  }
  for (const char* args : {R"({"amount":1000.01})", R"({"amount":1e4})", R"({"amount":1e400})"}) {
    const TestCall call(args);
    EXPECT_TRUE(decide_with_room(*policy, call.call).by_limit) << args << ": over `max`, whatever was spent";
  }
  for (const char* args : {R"({"amount":0})", R"({"amount":-0})", R"({"amount":1e3})", R"({"amount":0.1})"}) {
    const TestCall call(args);
    EXPECT_EQ(decide_with_room(*policy, call.call).effect, allow) << args;
  }
  EXPECT_EQ(decide_with_room(*policy, TestCall().call).effect, deny) << "no body at all";
}

// What is counted is kept: an agent does not choose how much of the disk that is.
TEST(Limits, AnAmountWrittenLongerThanAnyNumberNeedsToBeHasNoRoom) {
  const auto policy = compiled(options({limited(allow, limit("args.amount", "1000"))}));
  const auto effect = [&](std::size_t zeros) {
    const TestCall call(R"({"amount":1e)" + std::string(zeros, '0') + "}");
    return decide_with_room(*policy, call.call).effect;
  };
  EXPECT_EQ(effect(500), allow);
  EXPECT_EQ(effect(1000), deny);
}

// Law 3: whichever rules may have been meant, all their limits must have room.
TEST(Limits, ThoseOfEveryRuleThatMayHaveBeenMeantMustHaveRoom) {
  const auto policy =
      compiled(options({limited(allow, limit("", "10"), is("args.absent", eq, "1"), "perhaps"),
                        limited(allow, limit("", "5"), is("args.one", eq, "2"), "not"),
                        limited(allow, limit("", "20"), {}, "surely")}));
  const TestCall call(R"({"one":1})");
  const Decision asked = policy->decide(call.call);
  EXPECT_THAT(rules_of(asked.wants), ElementsAre("perhaps", "surely"));
  EXPECT_EQ(policy->decide(call.call, asked.wants).effect, allow);
  for (const Draw& one : asked.wants)
    EXPECT_EQ(policy->decide(call.call, std::vector{one}).effect, deny) << one.rule;
}

TEST(Limits, OfSeveralWithoutRoomTheStrictestDecidesAndEscalatesWithThePlanOfEach) {
  Rule first = limited(allow, limit("", "10", escalate), is("args.absent", eq, "1"), "first");
  first.plan = "boss";
  Rule second = limited(allow, limit("", "10", escalate), {}, "second");
  second.plan = "lead";
  const TestCall call(R"({"one":1})");
  const auto policy = compiled(options({first, second}));
  const Decision escalated = policy->decide(call.call);
  EXPECT_EQ(escalated.effect, escalate);
  EXPECT_EQ(escalated.rule, "first");
  EXPECT_EQ(escalated.plan, "boss");
  EXPECT_THAT(escalated.further_plans, ElementsAre("lead"));
  second.limit->over = deny;
  EXPECT_EQ(compiled(options({first, second}))->decide(call.call).effect, deny);
}

TEST(Limits, WhatIsEscalatedForWantOfRoomIsNotApprovedAutomatically) {
  Options written = options({limited(allow, limit("", "10", escalate))});
  written.auto_approve.push_back(rule("*", allow, is("args.one", eq, "1")));
  const TestCall call(R"({"one":1})");
  EXPECT_EQ(compiled(written)->decide(call.call).effect, escalate);
  written.rules[0] = rule("payment.send", escalate);
  EXPECT_EQ(compiled(written)->decide(call.call).effect, allow);
}

TEST(Limits, WhatIsDeniedWhateverRoomThereIsAsksForNone) {
  const auto policy = compiled(
      options({rule("payment.send", deny, is("args.absent", eq, "1")), limited(allow, limit("", "10"))}));
  const Decision decision = policy->decide(TestCall(R"({"one":1})").call);
  EXPECT_EQ(decision.effect, deny);
  EXPECT_FALSE(decision.by_limit);
  EXPECT_THAT(decision.wants, IsEmpty());
}

TEST(Limits, ASumIsOfOneValueOfTheCall) {
  for (const char* field : {"agent.id", "args.items[*].price", "http.path", "nonsense"})
    EXPECT_NE(first_error(options({limited(allow, limit(field, "1"))})), "") << field;
  EXPECT_EQ(first_error(options({limited(allow, limit("body.total", "1"))})), "");
}

TEST(Limits, ASumNeedsTheBody) {
  EXPECT_TRUE(compiled(options({limited(allow, limit("args.amount", "1"))}))->needs("payment.send").body);
  EXPECT_FALSE(compiled(options({limited(allow, limit("", "1"))}))->needs("payment.send").body);
}

TEST(Labels, OfTheRuleThatDecidedAndOfThoseThatMayHaveBeenMeantAreAdded) {
  Rule perhaps = rule("payment.send", allow, is("args.absent", eq, "1"));
  perhaps.add_labels = {"secret"};
  Rule surely = rule("payment.send", allow);
  surely.add_labels = {"private"};
  Rule behind = rule("payment.send", allow);
  behind.add_labels = {"never"};
  const TestCall call(R"({"one":1})");
  EXPECT_THAT(compiled(options({perhaps, surely, behind}))->decide(call.call).add_labels,
              ElementsAre("secret", "private"));
}

TEST(Labels, WhatTheAgentHasSeenIsUnknownUntilItIsTold) {
  const auto sees = is("agent.labels_seen", contains, "\"private\"");
  TestCall call;
  EXPECT_EQ(says(sees, call.call), Truth::unknown) << "nobody looked";
  const json::Document none = document("[]");
  call.call.labels_seen = &none.root();
  EXPECT_EQ(says(sees, call.call), Truth::no);
  const json::Document seen = document(R"(["public","private"])");
  call.call.labels_seen = &seen.root();
  EXPECT_EQ(says(sees, call.call), Truth::yes);
  EXPECT_EQ(says(no(is("agent.labels_seen", contains, "\"other\"")), call.call), Truth::yes);
}

TEST(Labels, AListIsAskedWhatItContainsOrHowLongItIs) {
  EXPECT_NE(first_error(options({rule("*", deny, is("agent.labels_seen", eq, "\"private\""))})), "");
  EXPECT_NE(first_error(options({rule("*", deny, is("agent.labels_seen", contains, "5"))})), "");
}

// Or an agent could open a call, read the secret, and put it into the body it still owes.
TEST(Labels, ARuleThatAsksForThemIsJudgedWhenTheWholeBodyHasCome) {
  const auto policy = compiled(
      options({rule("*", deny, is("agent.labels_seen", contains, "\"private\"")), rule("*", allow)}));
  EXPECT_TRUE(policy->needs("payment.send").body);
  EXPECT_TRUE(policy->reads_labels());
  EXPECT_FALSE(compiled(options({rule("*", allow)}))->reads_labels());
}

}  // namespace
}  // namespace holdfast::policy
