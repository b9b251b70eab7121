// Lints on conditions: each where it fires and where it just does not. That they never say what is not so is
// held against the corpus, too (reference/lint_test.cpp).
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string said_of(const Condition& condition) {
  return warnings(options({rule("payment.send", deny, condition)}));
}

TEST(LintConditions, ComparisonsThatNoValueMeetsTogether) {
  struct Row {
    Condition condition;
    bool possible;
  };
  const auto missing = [](policy::Test test, bool flag) {
    test.missing = flag;
    return is(test);
  };
  const Row rows[] = {
      {all({is("args.a", gt, "1"), is("args.a", starts_with, "\"x\"")}), false},
      {all({is("args.a", contains, "\"x\""), is("args.a", starts_with, "\"x\"")}), true},
      {all({is("args.a", gt, "1"), is("args.b", starts_with, "\"x\"")}), true},
      {all({is("args.a", gt, "10"), is("args.a", lt, "5")}), false},
      {all({is("args.a", gt, "5"), is("args.a", lt, "10")}), true},
      {all({is("args.a", gt, "5"), is("args.a", lt, "5")}), false},
      {all({is("args.a", gte, "5"), is("args.a", lte, "5")}), true},
      {all({is("args.a", gte, "5"), is("args.a", lt, "5.0")}), false},
      {all({is("args.a", between, "[1, 2]"), is("args.a", gt, "2")}), false},
      {all({is("args.a", between, "[1, 2]"), is("args.a", gte, "2")}), true},
      {all({is("args.a", eq, "\"x\""), is("args.a", eq, "\"y\"")}), false},
      {all({is("args.a", in, "[1, \"x\"]"), is("args.a", gt, "3")}), false},
      {all({is("args.a", in, "[1, \"x\", 4]"), is("args.a", gt, "3")}), true},
      {all({is("args.a", eq, "\"abc\""), is("args.a", matches, "\"b.*\"")}), false},
      {all({is("args.a", eq, "\"abc\""), is("args.a", matches, "\"a.*\"")}), true},
      {all({is("args.a", exists, "false"), is("args.a", gt, "1")}), false},
      {all({is("args.a", exists, "false"), missing(test("args.a", gt, "1"), true)}), true},
      {all({missing(test("args.a", lt, "0"), true), missing(test("args.a", gt, "0"), true)}), true},
      {all({is("args.a", type, "\"string\""), is("args.a", gt, "1")}), false},
      {is("args.a", not_in, "[1, \"x\"]"), false},
      {is("args.a", not_in, "[1, 2]"), true},
      {all({is("args.a", gt, "10"), all({is("args.b", eq, "1"), is("args.a", lt, "5")})}), false},
      {all({is("args.a", gt, "10"), any({is("args.b", eq, "1"), is("args.a", lt, "5")})}), false},
      {any({is("args.a", gt, "10"), is("args.a", lt, "5")}), true},
      {no(all({is("args.a", gt, "10"), is("args.a", lt, "5")})), true},
      {all({is("args.a[*]", gt, "10"), is("args.a[*]", lt, "5")}), true},
      {is("trust_tier", gt, "5"), false},
      {is("agent.trust_tier", in, "[5, 6]"), true},
      {all({is("trust_tier", eq, "1"), is("agent.trust_tier", eq, "2")}), false},
      {all({is("risk_level", eq, "\"low\""), is("risk_level", ne, "\"low\"")}), false},
      {all({is("risk_level", eq, "\"low\""), is("risk_level", ne, "\"high\"")}), true},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const std::string said = said_of(rows[i].condition);
    EXPECT_EQ(said.empty(), rows[i].possible) << "row " << i << ": " << said;
  }
}

TEST(LintConditions, SayWhichComparisonsAndWhatThereIs) {
  EXPECT_THAT(said_of(all({is("args.a", gt, "1"), is("args.a", starts_with, "\"x\"")})),
              HasSubstr("rule `rules[0]`: no `args.a` meets `args.a gt 1` and `args.a starts_with \"x\"`"));
  EXPECT_THAT(said_of(is("risk_level", matches, "\"crit\"")),
              HasSubstr("there are only `low`, `medium`, `high` and `critical`"));
  Options written = options({});
  written.auto_approve = {rule("*", allow, is("trust_tier", eq, "0"), "auto_approve[0]")};
  written.multi_approval = {{is("risk_level", starts_with, "\"none\""), 2, {}, {}}};
  written.routes = {{is("trust_tier", gt, "5"), "big", {}}};
  EXPECT_THAT(warnings(written),
              AllOf(HasSubstr("rule `auto_approve[0]`: `trust_tier eq 0` is never true"),
                    HasSubstr("`multi_approval[0]`: `risk_level starts_with \"none\"` is never true"),
                    HasSubstr("the route to `big`: `trust_tier gt 5` is never true")));
}

TEST(LintConditions, AnAgentThatIsNotThere) {
  Options written = options({rule("*", deny, is("agent.id", eq, "\"bott\""))});
  EXPECT_THAT(warnings(written), IsEmpty()) << "nobody says which agents there are";
  written.directory.agents = {Agent{"bot", 1, {}, "token"}};
  EXPECT_THAT(warnings(written), HasSubstr("`agent.id eq \"bott\"` is never true: there is only `bot`"));
}

// A path, query or form holds text alone, so a number compared with it is unknown for ever.
TEST(LintConditions, ANumberWhereOnlyTextArrives) {
  Options written = options({rule("crm.list", escalate, is("args.limit", gt, "100")),
                             rule("crm.list", deny, is("args.size", gt, "100")),
                             rule("crm.list", deny, is("args.limit", matches, "\"[0-9]{4,}\"")),
                             rule("crm.login", deny, is("args.tries", gt, "3"))});
  KnownUpstream crm = upstream("crm", Protocol::http, {"list", "login"});
  crm.tools[0].method = crm.tools[1].method = "POST";
  crm.tools[0].args = {{"limit", "query.limit"}, {"size", "body.size"}};
  crm.tools[1].form_body = true;
  written.directory.upstreams = {crm};
  EXPECT_THAT(warnings(written), AllOf(HasSubstr("rule `rules[0]`: `args.limit gt 100` is never true: this "
                                                 "argument of `crm.list` arrives as text"),
                                       Not(HasSubstr("rules[1]")), Not(HasSubstr("rules[2]")),
                                       HasSubstr("rule `rules[3]`: `args.tries gt 3` is never true")));
}

}  // namespace
}  // namespace holdfast::policy
