// What is decided around the rules: auto_reject, auto_approve, routes, multi_approval (02-policy "How a
// decision is made").
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::ElementsAre;
using testing::IsEmpty;

Condition yes() {
  return is("args.one", eq, "1");
}
Condition never() {
  return is("args.one", eq, "2");
}
Condition unknown() {
  return is("args.absent", eq, "1");
}

class Escalations : public testing::Test {
 protected:
  Escalations() { options_ = options({rule("payment.send", escalate)}); }

  void reject(Condition condition) { options_.auto_reject.push_back(rule("*", deny, std::move(condition))); }
  void approve(Condition condition) {
    options_.auto_approve.push_back(rule("*", allow, std::move(condition)));
    options_.auto_approve.back().reason = "trusted";
  }
  void route(std::optional<Condition> when, std::string plan) {
    options_.routes.push_back({std::move(when), std::move(plan), {}});
  }
  void raise(Condition condition, int required, std::vector<std::string> must_include) {
    options_.multi_approval.push_back({std::move(condition), required, std::move(must_include), {}});
  }
  Decision decide() {
    policy_ = compiled(options_);
    return policy_->decide(call_.call);
  }

  TestCall call_{"{\"one\":1}"};
  Options options_;
  std::shared_ptr<const Policy> policy_;
};

TEST_F(Escalations, WhatIsRejectedAutomaticallyIsDeniedBeforeAnyRule) {
  options_ = options({rule("payment.send", allow)});
  reject(never());
  EXPECT_EQ(decide().effect, allow);
  reject(yes());
  EXPECT_EQ(decide().effect, deny);
  EXPECT_EQ(decide().rule, "auto_reject[1]");
  EXPECT_FALSE(decide().by_unknown);
}

TEST_F(Escalations, AnUnknownRejectionIsARememberedDeny) {
  options_ = options({rule("payment.send", allow)});
  reject(unknown());
  EXPECT_EQ(decide().effect, deny);
  EXPECT_EQ(decide().rule, "auto_reject[0]");
  EXPECT_TRUE(decide().by_unknown);
}

TEST_F(Escalations, WhatIsApprovedAutomaticallyIsAllowedWhereARuleWouldAsk) {
  approve(never());
  approve(yes());
  const Decision decision = decide();
  EXPECT_EQ(decision.effect, allow);
  EXPECT_EQ(decision.rule, "auto_approve[1]");
  EXPECT_EQ(decision.reason, "trusted");
  EXPECT_EQ(decision.plan, "");
}

TEST_F(Escalations, ItIsAllowedWhereTheDefaultWouldAsk) {
  options_ = options({}, escalate);
  approve(yes());
  EXPECT_EQ(decide().effect, allow);
}

TEST_F(Escalations, NothingElseIsApprovedAutomatically) {
  approve(yes());
  options_.rules = {rule("payment.send", deny)};
  EXPECT_EQ(decide().effect, deny);
  options_.rules = {rule("payment.send", escalate)};
  options_.rules[0].plan = "two-leads";
  EXPECT_EQ(decide().effect, escalate) << "its rule has a plan";
  EXPECT_EQ(decide().plan, "two-leads");
  options_.rules = {rule("payment.send", escalate, unknown()), rule("payment.send", allow)};
  EXPECT_EQ(decide().effect, escalate) << "an unknown condition asks";
  options_.rules = {rule("payment.send", escalate, unknown()), rule("payment.send", escalate)};
  EXPECT_EQ(decide().effect, escalate) << "an unknown condition asks as well";
  options_.auto_approve = {rule("*", allow, unknown())};
  options_.rules = {rule("payment.send", escalate)};
  EXPECT_EQ(decide().effect, escalate) << "an unknown approval is none";
}

TEST_F(Escalations, EveryRuleThatMayHaveBeenMeantBringsItsPlan) {
  options_.rules = {rule("payment.send", escalate, unknown()), rule("payment.send", escalate, unknown()),
                    rule("payment.send", escalate, never()), rule("payment.send", escalate)};
  options_.rules[0].plan = "lax";
  options_.rules[1].plan = "other";
  options_.rules[2].plan = "not meant";
  options_.rules[3].plan = "strict";
  EXPECT_EQ(decide().rule, "rules[0]");
  EXPECT_EQ(decide().plan, "lax");
  EXPECT_THAT(decide().further_plans, ElementsAre("other", "strict"))
      << "no type of an argument chooses who is asked";
  options_.rules[1].plan = "strict";
  EXPECT_THAT(decide().further_plans, ElementsAre("strict"));
  options_.rules[3] = rule("payment.send", allow);
  EXPECT_THAT(decide().further_plans, ElementsAre("strict"));
  options_.default_effect = escalate;
  options_.rules.pop_back();
  EXPECT_THAT(decide().further_plans, ElementsAre("strict", "default")) << "the default asks as well";
  route(yes(), "routed");
  EXPECT_THAT(decide().further_plans, ElementsAre("strict", "routed"));
}

TEST_F(Escalations, TheFirstRouteThatMatchesChoosesThePlan) {
  EXPECT_EQ(decide().plan, "default");
  route(never(), "a");
  EXPECT_EQ(decide().plan, "default");
  route(yes(), "b");
  route(std::nullopt, "c");
  EXPECT_EQ(decide().plan, "b");
  EXPECT_THAT(decide().further_plans, IsEmpty());
  options_.rules[0].plan = "own";
  EXPECT_EQ(decide().plan, "own") << "a rule's own plan wins";
}

TEST_F(Escalations, AnUnknownRouteIsMetAsWellAsTheNextMatch) {
  route(unknown(), "perhaps");
  route(unknown(), "perhaps");
  route(yes(), "certainly");
  route(unknown(), "later");
  EXPECT_EQ(decide().plan, "certainly");
  EXPECT_THAT(decide().further_plans, ElementsAre("perhaps"));
  options_.routes[2].plan = "perhaps";
  EXPECT_EQ(decide().plan, "perhaps");
  EXPECT_THAT(decide().further_plans, IsEmpty());
  options_.routes.resize(1);
  EXPECT_EQ(decide().plan, "default") << "the default is a match, too";
  EXPECT_THAT(decide().further_plans, ElementsAre("perhaps"));
}

TEST_F(Escalations, EveryMatchOfMultiApprovalRaisesThePlan) {
  raise(yes(), 2, {"security"});
  raise(never(), 9, {"nobody"});
  raise(unknown(), 3, {"legal", "security"});
  EXPECT_EQ(decide().required, 3);
  EXPECT_THAT(decide().must_include, ElementsAre("security", "legal"));
  options_.rules[0].plan = "own";
  EXPECT_EQ(decide().required, 3) << "a rule's own plan is raised, too";
  options_.rules = {rule("payment.send", allow)};
  EXPECT_EQ(decide().required, 0);
}

TEST_F(Escalations, WhoeverAsksForArgumentsHasTheBodyRead) {
  options_ = options({rule("payment.send", allow)});
  EXPECT_FALSE(compiled(options_)->needs("payment.send").body);
  const Options plain = options_;
  reject(yes());
  EXPECT_TRUE(compiled(options_)->needs("payment.send").body);
  options_ = plain;
  approve(yes());
  EXPECT_TRUE(compiled(options_)->needs("payment.send").body);
  options_ = plain;
  route(yes(), "a");
  EXPECT_TRUE(compiled(options_)->needs("payment.send").body);
  options_ = plain;
  raise(yes(), 2, {});
  EXPECT_TRUE(compiled(options_)->needs("payment.send").body);
}

TEST_F(Escalations, RiskIsWhatTheMatrixSays) {
  options_.risk[1] = {RiskLevel::critical, RiskLevel::low, RiskLevel::low, RiskLevel::low, RiskLevel::low};
  EXPECT_EQ(decide().risk, RiskLevel::low);
  call_.agent.trust_tier = 1;
  EXPECT_EQ(decide().risk, RiskLevel::critical);
  raise(is("risk_level", eq, "\"critical\""), 2, {});
  EXPECT_EQ(decide().required, 2);
}

TEST_F(Escalations, TrustTiersHaveNames) {
  options_.directory.trust_tiers = {{"trusted", 1}, {"stranger", 5}};
  reject(is("trust_tier", in, "[\"stranger\"]"));
  EXPECT_EQ(decide().effect, deny);
  call_.agent.trust_tier = 1;
  EXPECT_EQ(decide().effect, escalate);
  approve(is("agent.trust_tier", eq, "\"trusted\""));
  EXPECT_EQ(decide().effect, allow);
  approve(is("trust_tier", eq, "\"trustd\""));
  EXPECT_EQ(first_error(options_),
            "p.yaml:7:9: there is no trust tier `trustd`\n    hint: did you mean `trusted`?");
  EXPECT_EQ(compile(options_).problems.size(), 1U) << "and not that it is no number, too";
}

}  // namespace
}  // namespace holdfast::policy
