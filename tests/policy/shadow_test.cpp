// Rules in shadow, and rules that have expired: they decide nothing, and what they would have done is told.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using namespace std::chrono_literals;
using testing::HasSubstr;

const WallTime kNoon = std::chrono::sys_days(2026y / 11 / 22) + 12h;

class Shadows : public testing::Test {
 protected:
  Shadows() { call_.call.now = kNoon; }
  Decision decide(Options options) {
    policy_ = compiled(std::move(options));
    return policy_->decide(call_.call);
  }
  static Rule in_shadow(Rule rule) {
    rule.shadow = true;
    return rule;
  }
  static Rule until(Rule rule, WallTime end) {
    rule.expires = end;
    return rule;
  }
  static std::string shadow(const Decision& decision) {
    if (!decision.shadow) return "";
    return std::string(to_string(decision.shadow->effect)) + " by " + std::string(decision.shadow->rule);
  }
  static Condition one() { return is("args.one", eq, "1"); }
  static Condition two() { return is("args.one", eq, "2"); }
  static Condition unknown() { return is("args.none", eq, "1"); }

  TestCall call_{"{\"one\":1}"};
  std::shared_ptr<const Policy> policy_;
};

TEST_F(Shadows, DecideNothingAndSayWhatTheyWouldHaveDone) {
  const Decision denied =
      decide(options({in_shadow(rule("*", deny, one(), "s")), rule("*", allow, {}, "a")}));
  EXPECT_EQ(denied.effect, allow);
  EXPECT_EQ(denied.rule, "a");
  EXPECT_EQ(shadow(denied), "deny by s");
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("*", escalate, {}, "s")), rule("*", allow)}))),
            "escalate by s");
  const Decision allowed = decide(options({in_shadow(rule("*", allow, {}, "s")), rule("*", deny, {}, "d")}));
  EXPECT_EQ(allowed.rule, "d");
  EXPECT_EQ(shadow(allowed), "allow by s");
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("*", deny, {}, "s")), rule("*", deny)}))), "deny by s")
      << "another rule";
}

TEST_F(Shadows, SayNothingWhereTheyWouldHaveChangedNothing) {
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("*", deny, two())), rule("*", allow)}))), "");
  EXPECT_EQ(shadow(decide(options({rule("*", allow), in_shadow(rule("*", deny))}))), "") << "not reached";
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("*", allow, unknown())), rule("*", deny)}))), "");
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("crm.*", deny)), rule("*", allow)}))), "");
}

TEST_F(Shadows, AreRememberedNowhere) {
  const Decision decision = decide(options({in_shadow(rule("*", deny, unknown(), "s")), rule("*", allow)}));
  EXPECT_EQ(decision.effect, allow);
  EXPECT_FALSE(decision.by_unknown);
  EXPECT_EQ(shadow(decision), "deny by s");
}

TEST_F(Shadows, OfSeveralActTogether) {
  EXPECT_EQ(shadow(decide(options({in_shadow(rule("*", escalate, unknown(), "s")),
                                   in_shadow(rule("*", deny, unknown(), "t")), rule("*", allow)}))),
            "deny by t");
}

TEST_F(Shadows, SpendAndLabelNothing) {
  Rule limited = in_shadow(rule("*", allow, {}, "s"));
  limited.limit.emplace();
  limited.limit->max = "1";
  limited.limit->per = 1h;
  limited.add_labels = {"secret"};
  const Decision decision = decide(options({limited, rule("*", escalate, {}, "e")}));
  EXPECT_EQ(decision.effect, escalate);
  EXPECT_TRUE(decision.draws.empty());
  EXPECT_TRUE(decision.wants.empty());
  EXPECT_TRUE(decision.add_labels.empty());
  EXPECT_EQ(shadow(decision), "allow by s") << "as if there were room";
}

TEST_F(Shadows, StandAroundTheRulesToo) {
  Options rejecting = options({rule("*", allow)});
  rejecting.auto_reject.push_back(in_shadow(rule("*", deny, one(), "x")));
  EXPECT_EQ(shadow(decide(rejecting)), "deny by x");
  Options sparing = options({rule("*", escalate, {}, "e")});
  sparing.auto_approve.push_back(in_shadow(rule("*", allow, one(), "a")));
  const Decision decision = decide(sparing);
  EXPECT_EQ(decision.effect, escalate);
  EXPECT_EQ(shadow(decision), "allow by a");
  sparing.auto_approve.push_back(rule("*", allow, one(), "b"));
  EXPECT_EQ(decide(sparing).rule, "b");
  EXPECT_EQ(shadow(decide(sparing)), "allow by a") << "it stands before the other";
}

TEST_F(Shadows, KeepNothingOfACallThatWouldNotBeKeptOtherwise) {
  const auto policy = compiled(options({in_shadow(rule("payment.Pay", deny, is("args.x", eq, "1"))),
                                        rule("payment.send", allow), rule("files.*", allow, one())}));
  EXPECT_EQ(policy->look_alike("payment.pay"), "") << "only a rule in shadow is about payment.Pay";
  EXPECT_EQ(policy->look_alike("payment.Send"), "payment.send");
  EXPECT_FALSE(policy->needs("payment.Pay").body);
  EXPECT_TRUE(policy->needs("payment.Pay").body_for_shadow);
  EXPECT_TRUE(policy->needs("files.x").body);
  const auto listed =
      compiled(options({in_shadow(rule("payment.Send", allow)), rule("payment.send", allow)}));
  EXPECT_EQ(listed->look_alike("payment.Send"), "payment.send") << "nobody else wrote it down";
}

TEST_F(Shadows, HideNoRuleFromLint) {
  EXPECT_EQ(warnings(options({in_shadow(rule("*", deny)), rule("payment.send", allow)})), "");
  EXPECT_EQ(warnings(options({until(rule("*", allow), kNoon), rule("payment.send", allow)})), "");
}

TEST_F(Shadows, BeginWhereARuleExpires) {
  const auto ask = [&](Effect action, WallTime now) {
    call_.call.now = now;
    return decide(options({until(rule("*", action, one(), "e"), kNoon), rule("*", escalate, {}, "after")}));
  };
  EXPECT_EQ(ask(allow, kNoon - 1ms).rule, "e");
  EXPECT_EQ(shadow(ask(allow, kNoon - 1ms)), "");
  EXPECT_EQ(ask(allow, kNoon).rule, "after");
  EXPECT_EQ(shadow(ask(allow, kNoon)), "allow by e");
  EXPECT_EQ(ask(deny, kNoon).effect, escalate);
  EXPECT_EQ(shadow(ask(deny, kNoon)), "deny by e");
}

TEST_F(Shadows, AreUnknownOfARuleThatExpiresWhenTheTimeIs) {
  call_.call.now.reset();
  const auto ask = [&](Effect action) {
    return decide(options({until(rule("*", action, one(), "e"), kNoon), rule("*", escalate, {}, "after")}));
  };
  EXPECT_EQ(ask(allow).rule, "after");
  EXPECT_EQ(ask(deny).rule, "e");
  EXPECT_TRUE(ask(deny).by_unknown);
  Options sparing = options({rule("*", escalate)});
  sparing.auto_approve.push_back(until(rule("*", allow, one()), kNoon));
  EXPECT_EQ(decide(sparing).effect, escalate);
}

TEST_F(Shadows, OfADenyThatExpiresAreWarnedOf) {
  EXPECT_THAT(warnings(options({until(rule("payment.send", deny, one(), "d"), kNoon)})),
              HasSubstr("rule `d` denies, and expires"));
  EXPECT_EQ(warnings(options({until(rule("payment.send", allow, one()), kNoon)})), "");
  Options rejecting = options({});
  rejecting.auto_reject.push_back(until(rule("*", deny, one(), "x"), kNoon));
  EXPECT_THAT(warnings(rejecting), HasSubstr("rule `x` denies, and expires"));
}

}  // namespace
}  // namespace holdfast::policy
