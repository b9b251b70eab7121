// Rules that leave tools out of what an agent is told there is, and rules whose calls are on the log first.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::HasSubstr;

Rule hiding(std::string tool, std::optional<Condition> when = {}) {
  Rule out = rule(std::move(tool), deny, std::move(when));
  out.hide = true;
  return out;
}

// What stands for the tool `payment.send` of this agent, before there is a call.
bool hidden(std::vector<Rule> rules, int tier = 5, Effect otherwise = allow) {
  TestCall facts;
  facts.agent.trust_tier = tier;
  facts.agent.labels = {{"team", "support"}};
  return compiled(options(std::move(rules), otherwise))->hides(facts.call);
}

TEST(Hide, LeavesOutWhatTheRuleDeniesAndNothingElse) {
  EXPECT_TRUE(hidden({hiding("payment.send")}));
  EXPECT_TRUE(hidden({hiding("payment.*")}));
  EXPECT_TRUE(hidden({rule("other.*", allow), hiding("**")}));
  EXPECT_FALSE(hidden({hiding("payment.wipe")}));
  EXPECT_FALSE(hidden({rule("payment.send", deny)}));
  EXPECT_FALSE(hidden({}, 5, deny));
}

TEST(Hide, MayDependOnTheAgentAndTheTool) {
  const auto untrusted = is("agent.trust_tier", gte, "3");
  EXPECT_TRUE(hidden({hiding("payment.*", untrusted)}, 4));
  EXPECT_FALSE(hidden({hiding("payment.*", untrusted)}, 2));
  EXPECT_TRUE(
      hidden({hiding("*", all({is("tool", eq, "\"payment.send\""), is("agent.labels.team", ne, "\"root\""),
                               is("operation", eq, "\"none\""), is("risk_level", eq, "\"high\"")}))}));
}

// A label that is not there makes the rule's condition unknown, which denies the call: so there is nothing to
// show.
TEST(Hide, OfARuleThatCannotTellLeavesOut) {
  EXPECT_TRUE(hidden({hiding("payment.*", is("agent.labels.absent", eq, "\"x\""))}));
}

TEST(Hide, OfARuleBehindOneThatMayLetACallPassShowsTheTool) {
  EXPECT_FALSE(hidden({rule("payment.send", allow), hiding("payment.*")}));
  EXPECT_FALSE(hidden({rule("payment.send", allow, is("args.amount", lt, "5")), hiding("payment.*")}));
  EXPECT_FALSE(
      hidden({rule("payment.send", escalate, is("http.header.x", eq, "\"1\"")), hiding("payment.*")}));
  EXPECT_FALSE(
      hidden({rule("payment.send", allow, is("agent.labels.absent", eq, "\"x\"")), hiding("payment.*")}));
  EXPECT_FALSE(hidden({rule("payment.send", allow, is("args.force", exists, "true")), hiding("payment.*")}))
      << "what is not there yet is not missing";
  EXPECT_FALSE(hidden({rule("payment.send", deny), hiding("payment.*")}))
      << "denied, and its author shows it";
  EXPECT_TRUE(hidden({rule("payment.send", deny, is("args.amount", lt, "5")), hiding("payment.*")}));
  EXPECT_TRUE(hidden({rule("payment.send", allow, is("agent.trust_tier", eq, "1")), hiding("payment.*")}));
}

TEST(Hide, IsNotForRulesThatReadTheCall) {
  for (const char* field :
       {"args.a", "body.a", "http.method", "http.path", "http.header.x", "http.query.x", "path.id"}) {
    EXPECT_THAT(first_error(options({hiding("payment.*", no(is(field, exists, "true")))})),
                HasSubstr("rule `rules[0]` hides tools and asks for what only a call has"))
        << field;
  }
  EXPECT_EQ(first_error(options(
                {hiding("payment.*", is("agent.id", eq, "\"a\"")), rule("*", deny, is("args.a", eq, "1"))})),
            "");
  EXPECT_THAT(first_error(options({hiding("*", is("agent.labels_seen", contains, "\"x\""))})),
              HasSubstr("asks for what only a call has"))
      << "an agent that reads sees another list, and is not told";
}

TEST(Hide, IsKnownOfThePolicyAsAWhole) {
  EXPECT_TRUE(compiled(options({rule("*", allow), hiding("*")}))->hides_some());
  EXPECT_FALSE(compiled(options({rule("*", deny)}))->hides_some());
}

TEST(Precommit, IsOfTheRuleThatDecidesOrWouldHave) {
  Rule first = rule("payment.*", allow);
  first.precommit = true;
  TestCall call("{\"a\":1}");
  EXPECT_TRUE(compiled(options({first}))->decide(call.call).precommit);
  EXPECT_FALSE(compiled(options({rule("*", allow), first}))->decide(call.call).precommit);
  first.when = is("args.absent", eq, "1");
  EXPECT_TRUE(compiled(options({first, rule("*", allow)}))->decide(call.call).precommit) << "unknown";
  // Also when the question it asks is answered automatically.
  Rule asks = rule("payment.*", escalate);
  asks.precommit = true;
  Options approved = options({asks});
  approved.auto_approve = {rule("*", allow)};
  const auto policy = compiled(approved);
  EXPECT_EQ(policy->decide(call.call).effect, allow);
  EXPECT_TRUE(policy->decide(call.call).precommit);
}

}  // namespace
}  // namespace holdfast::policy
