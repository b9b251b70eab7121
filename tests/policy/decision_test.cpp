// The decision: order, strictness, what is remembered, and what stands in it.
#include <gmock/gmock.h>

#include "policy/risk.hpp"
#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;

Condition yes() {
  return is("args.one", eq, "1");
}
Condition never() {
  return is("args.one", eq, "2");
}
Condition unknown() {
  return is("args.absent", eq, "1");
}

class Decisions : public testing::Test {
 protected:
  Decision decide(std::vector<Rule> rules, Effect otherwise = deny) {
    policy_ = compiled(options(std::move(rules), otherwise));
    return policy_->decide(call_.call);
  }
  TestCall call_{"{\"one\":1}"};
  std::shared_ptr<const Policy> policy_;
};

TEST_F(Decisions, NothingMatchedIsTheDefault) {
  for (const Effect otherwise : {deny, escalate, allow}) {
    const Decision decision =
        decide({rule("other.*", allow), rule("payment.send", allow, never())}, otherwise);
    EXPECT_EQ(decision.effect, otherwise);
    EXPECT_EQ(decision.rule, "default");
    EXPECT_EQ(decision.reason, "");
    EXPECT_EQ(decision.plan, otherwise == escalate ? "default" : "");
    EXPECT_FALSE(decision.by_unknown);
  }
  EXPECT_EQ(decide({}).effect, deny);
}

TEST_F(Decisions, TheFirstTrueRuleDecides) {
  EXPECT_EQ(decide({rule("*", deny, never()), rule("payment.*", allow), rule("*", deny)}).rule, "rules[1]");
  EXPECT_EQ(decide({rule("payment.send", escalate, yes(), "a"), rule("*", allow, {}, "b")}).rule, "a");
  EXPECT_EQ(decide({rule("*", allow, {}, "first"), rule("payment.send", deny)}).effect, allow);
  // Exact names and patterns keep the order they are written in.
  EXPECT_EQ(
      decide({rule("**.send", allow, {}, "x"), rule("payment.send", deny, {}, "y"), rule("pay*.*", deny)})
          .rule,
      "x");
}

TEST_F(Decisions, StrictestOfDecidedAndRemembered) {
  struct Row {
    Effect remembered, decided, effect;
    bool by_unknown;
    const char* rule;
  };
  const Row rows[] = {
      {deny, deny, deny, false, "u"},
      {deny, escalate, deny, true, "u"},
      {deny, allow, deny, true, "u"},
      {escalate, deny, deny, false, "d"},
      {escalate, escalate, escalate, false, "u"},
      {escalate, allow, escalate, true, "u"},
      {allow, deny, deny, false, "d"},
      {allow, escalate, escalate, false, "d"},
      {allow, allow, allow, false, "u"},
  };
  for (const Row& row : rows) {
    const Decision decision =
        decide({rule("*", row.remembered, unknown(), "u"), rule("*", row.decided, {}, "d")});
    EXPECT_EQ(decision.effect, row.effect);
    EXPECT_EQ(decision.rule, row.rule);
    EXPECT_EQ(decision.by_unknown, row.by_unknown);
    // The default decides like a rule that stands last.
    const Decision fallen = decide({rule("*", row.remembered, unknown(), "u")}, row.decided);
    EXPECT_EQ(fallen.effect, row.effect);
    EXPECT_EQ(fallen.rule, std::string_view(row.rule) == "d" ? "default" : "u");
  }
}

TEST_F(Decisions, AnUnknownAllowNeverAllowsByItself) {
  EXPECT_EQ(decide({rule("*", allow, unknown())}, deny).effect, deny);
  EXPECT_EQ(decide({rule("*", allow, unknown())}, escalate).effect, escalate);
}

TEST_F(Decisions, AmongRememberedTheStrictestAndThenTheFirst) {
  const Decision decision =
      decide({rule("*", allow, unknown(), "a"), rule("*", escalate, unknown(), "b"),
              rule("*", deny, unknown(), "c"), rule("*", deny, unknown(), "d"), rule("*", allow, {}, "e")});
  EXPECT_EQ(decision.effect, deny);
  EXPECT_EQ(decision.rule, "c");
  EXPECT_TRUE(decision.by_unknown);
}

TEST_F(Decisions, NothingAfterTheDecidingRuleIsRemembered) {
  EXPECT_EQ(decide({rule("*", allow), rule("*", deny, unknown())}).effect, allow);
}

TEST_F(Decisions, CarriesReasonPlanAndWhetherTheRuleIsShown) {
  Rule big = rule("payment.send", escalate, {}, "big");
  big.reason = "Payments over $100 require approval";
  big.plan = "two-leads";
  big.show_rule = true;
  Decision decision = decide({big});
  EXPECT_EQ(decision.reason, "Payments over $100 require approval");
  EXPECT_EQ(decision.plan, "two-leads");
  EXPECT_TRUE(decision.show_rule);
  big.plan = "";
  big.show_rule = false;
  decision = decide({big});
  EXPECT_EQ(decision.plan, "default");
  EXPECT_FALSE(decision.show_rule);
  big.action = deny;
  big.plan = "two-leads";
  EXPECT_EQ(decide({big}).plan, "");
}

TEST_F(Decisions, TheRememberedRuleBringsItsOwnPlan) {
  Rule first = rule("*", escalate, unknown(), "first");
  first.plan = "strict";
  Rule second = rule("*", escalate, {}, "second");
  second.plan = "loose";
  EXPECT_EQ(decide({first, second}).plan, "strict");
}

TEST_F(Decisions, AreIndependentOfEarlierOnesOnTheThread) {
  const auto strict = compiled(options({rule("*", deny, is("args.amount", gt, "100"))}, allow));
  const auto other = compiled(options({rule("*", deny, is("args.name", eq, "\"x\""))}, allow));
  const TestCall small("{\"amount\":5,\"name\":\"y\"}"), large("{\"amount\":500,\"name\":\"x\"}");
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(strict->decide(small.call).effect, allow);
    EXPECT_EQ(other->decide(large.call).effect, deny);
    EXPECT_EQ(strict->decide(large.call).effect, deny);
    EXPECT_EQ(other->decide(small.call).effect, allow);
  }
}

TEST(Needs, TheBodyOnlyWhenACandidateRuleReadsIt) {
  const auto policy = compiled(options({
      rule("plain.send", allow, is("http.method", eq, "\"GET\"")),
      rule("early.*", deny),
      rule("early.*", allow, is("args.x", eq, "1")),
      rule("late.send", allow, any({is("tool", eq, "\"x\""), no(is("body.x", exists, "true"))})),
      rule("*.audit", allow, is("args.items[*].price", gt, "1")),
  }));
  EXPECT_FALSE(policy->needs("plain.send").body);
  EXPECT_FALSE(policy->needs("early.send").body) << "a rule that is never reached";
  EXPECT_TRUE(policy->needs("late.send").body);
  EXPECT_TRUE(policy->needs("plain.audit").body);
  EXPECT_FALSE(policy->needs("nothing").body);
}

TEST(Risk, MatrixOfSensitivityAndTier) {
  using enum RiskLevel;
  const std::tuple<const char*, std::array<RiskLevel, 5>> rows[] = {
      {"low", {low, low, medium, high, high}},
      {"standard", {medium, medium, medium, high, high}},
      {"high", {high, high, high, critical, critical}},
  };
  for (const auto& [sensitivity, levels] : rows) {
    for (int tier = 1; tier <= 5; ++tier) {
      EXPECT_EQ(risk_of(default_risk_matrix(), sensitivity, tier), levels[static_cast<std::size_t>(tier - 1)])
          << sensitivity << tier;
      TestCall call;
      call.call.sensitivity = sensitivity;
      call.agent.trust_tier = tier;
      EXPECT_EQ(compiled(options({}))->decide(call.call).risk, levels[static_cast<std::size_t>(tier - 1)]);
    }
  }
  EXPECT_EQ(risk_of(default_risk_matrix(), "unheard of", 1), high);
  EXPECT_EQ(risk_of(default_risk_matrix(), "high", 0), critical);
  EXPECT_EQ(risk_of(default_risk_matrix(), "low", 9), high);
}

}  // namespace
}  // namespace holdfast::policy
