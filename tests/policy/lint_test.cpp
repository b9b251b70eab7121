#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::HasSubstr;

Condition some() {
  return is("args.x", eq, "1");
}

TEST(Lint, NamesTheRuleThatIsNeverReached) {
  struct Row {
    const char* earlier;
    const char* later;
    bool reached;
  };
  const Row rows[] = {
      {"*", "payment.send", false},
      {"payment.*", "payment.send", false},
      {"payment.send", "payment.send", false},
      {"payment.**", "payment.http.*", false},
      {"payment.send", "payment.*", true},
      {"payment.*", "payment.http.get", true},
      {"crm.*", "payment.send", true},
      {"*.send", "payment.send", false},
      {"payment.s*", "payment.se*", false},
  };
  for (const Row& row : rows) {
    const std::string said =
        warnings(options({rule(row.earlier, allow, {}, "first"), rule(row.later, deny, some(), "second")}));
    EXPECT_EQ(said.find("never reached") == std::string::npos, row.reached)
        << row.earlier << " / " << row.later;
  }
  EXPECT_EQ(
      warnings(options({rule("*", allow, {}, "first"), rule("payment.send", deny, {}, "second")})),
      "p.yaml:5:5: warning: rule `second` is never reached: `first` decides every call of `payment.send`\n"
      "    hint: move it up, or remove it\n");
}

TEST(Lint, AConditionInFrontLeavesRoom) {
  EXPECT_EQ(warnings(options({rule("*", allow, some()), rule("payment.send", deny)})), "");
  EXPECT_THAT(warnings(options({rule("*", allow, all({})), rule("payment.send", deny)})),
              HasSubstr("never reached"));
}

TEST(Lint, NamesTheRuleThatAnotherShadows) {
  struct Row {
    Condition earlier, later;
    bool shadowed;
  };
  const auto missing = [](policy::Test test, bool flag) {
    test.missing = flag;
    return is(test);
  };
  const Row rows[] = {
      {is("args.a", gt, "50"), is("args.a", gt, "100"), true},
      {is("args.a", gt, "100"), is("args.a", gt, "50"), false},
      {is("args.a", gte, "50"), is("args.a", gt, "50"), true},
      {is("args.a", gt, "50"), is("args.a", gte, "50"), false},
      {is("args.a", lt, "9"), is("args.a", between, "[1, 8]"), true},
      {is("args.a", gt, "1"), is("args.a", eq, "5"), true},
      {is("args.a", gt, "1"), is("args.a", in, "[5, \"x\"]"), false},
      {is("args.a", in, "[1, 2, 3]"), is("args.a", in, "[3, 1.0]"), true},
      {is("args.a", starts_with, "\"a\""), is("args.a", eq, "\"abc\""), true},
      {is("args.a", starts_with, "\"a\""), is("args.a", starts_with, "\"ab\""),
       false},  // true, and not found
      {is("args.a", matches, "\"x.*\""), is("args.a", matches, "\"x.*\""), true},
      {is("args.a", exists, "true"), is("args.a", gt, "1"), true},
      {is("args.a", exists, "true"), missing(test("args.a", gt, "1"), true), false},
      {is("args.a", gt, "1"), missing(test("args.a", gt, "1"), true), false},
      {missing(test("args.a", gt, "1"), true), is("args.a", gt, "1"), true},
      {is("args.a", type, "\"number\""), is("args.a", lt, "1"), true},
      {is("args.a", gt, "1"), is("args.b", gt, "1"), false},
      {is("args.a", gt, "9007199254740992"), is("args.a", gte, "9007199254740993"),
       false},  // to doubles they are one
      {is("args.a", lt, "9007199254740993"), is("args.a", lte, "9007199254740992"), false},
      {is("args.a", gt, "9007199254740992"), is("args.a", gt, "9007199254740994"), true},
      {is("trust_tier", gt, "3"), is("agent.trust_tier", eq, "5"), true},
      {is("args.a", gt, "1"), all({is("args.a", gt, "5"), is("args.b", eq, "1")}), true},
      {all({is("args.a", gt, "1"), is("args.b", eq, "1")}), is("args.a", gt, "5"), false},
      {all({is("args.a", gt, "1"), is("args.b", eq, "1")}),
       all({is("args.b", eq, "1"), is("args.a", gt, "5")}), true},
      {any({is("args.a", gt, "9"), is("args.b", eq, "1")}), is("args.b", eq, "1"), true},
      {is("args.a", gt, "1"), any({is("args.a", gt, "2"), is("args.a", eq, "7")}), true},
      {is("args.a", gt, "1"), any({is("args.a", gt, "2"), is("args.b", eq, "7")}), false},
      {no(is("args.a", gt, "1")), no(is("args.a", gt, "1")), true},
      {no(is("args.a", gt, "2")), no(is("args.a", gt, "1")), false},  // true, and not found
      {is("args.a[*]", gt, "1"), is("args.a[*]", gt, "2"), false},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const std::string said = warnings(options({rule("payment.*", allow, rows[i].earlier, "first"),
                                               rule("payment.send", deny, rows[i].later, "second")}));
    EXPECT_EQ(said.find("rule `second` is shadowed by `first`") != std::string::npos, rows[i].shadowed)
        << "row " << i << ": " << said;
    EXPECT_EQ(warnings(options({rule("crm.*", allow, rows[i].earlier, "first"),
                                rule("payment.send", deny, rows[i].later, "second")}))
                  .find("shadowed"),
              std::string::npos)
        << "row " << i << ": about other tools";
  }
}

TEST(Lint, ARuleThatDecidesNothingShadowsNothing) {
  Rule earlier = rule("*", allow, is("args.a", gt, "1"));
  earlier.shadow = true;
  EXPECT_EQ(warnings(options({earlier, rule("payment.send", deny, is("args.a", gt, "2"))})), "");
  Rule unconditional = rule("*", allow);
  unconditional.expires = WallTime{};
  EXPECT_EQ(warnings(options({unconditional, rule("payment.send", deny)})).find("never reached"),
            std::string::npos);
}

TEST(Lint, AnApprovalThatAnotherShadows) {
  Options written = options({});
  written.auto_approve = {rule("*", allow, is("trust_tier", lte, "2"), "auto_approve[0]"),
                          rule("*", allow, is("trust_tier", eq, "1"), "auto_approve[1]")};
  EXPECT_THAT(warnings(written), HasSubstr("rule `auto_approve[1]` is shadowed by `auto_approve[0]`"));
}

TEST(Lint, DefaultAllowIsNoticed) {
  Options written = options({}, allow);
  written.default_at = {"p.yaml", 3, 10};
  EXPECT_THAT(warnings(std::move(written)),
              HasSubstr("p.yaml:3:10: warning: `default: allow` lets every call through"));
  EXPECT_EQ(warnings(options({}, escalate)), "");
}

Options with_tools(std::vector<Rule> rules) {
  Options written = options(std::move(rules));
  written.directory.upstreams = {upstream("payment", Protocol::http, {"send", "refund.create"}),
                                 upstream("files", Protocol::mcp, {"read"})};
  return written;
}

TEST(Lint, ARuleForAToolThatIsNotThere) {
  EXPECT_EQ(
      warnings(with_tools({rule("payment.sent", deny)})),
      "p.yaml:5:5: warning: rule `rules[0]` never matches: `payment.sent` is no listed tool of `payment`\n"
      "    hint: did you mean `payment.send`?\n");
  EXPECT_EQ(warnings(with_tools({rule("paymnt.send", deny)})),
            "p.yaml:5:5: warning: rule `rules[0]` never matches: there is no upstream `paymnt`\n"
            "    hint: did you mean `payment.send`?\n");
  EXPECT_THAT(warnings(with_tools({rule("payment.x*", deny)})), HasSubstr("never matches"));
  // An mcp upstream has tools that nobody listed.
  for (const char* fine :
       {"payment.send", "payment.refund.*", "payment.*", "payment.http.get", "payment.http.*", "files.write",
        "files.wr*", "*", "*.send", "pay*.send", "pay**"}) {
    EXPECT_EQ(warnings(with_tools({rule(fine, deny)})), "") << fine;
  }
}

// Whoever asks on pdp_plane about calls that he carries himself names upstreams that nobody listed.
TEST(Lint, WhereOthersAskOnlyANearNameIsASlip) {
  const auto said_of = [](const std::string& tool) {
    Options written = with_tools({rule(tool, deny), rule("*", escalate, is("tool", eq, "\"" + tool + "\""))});
    written.directory.others = true;
    return warnings(std::move(written));
  };
  EXPECT_EQ(said_of("stripe.charge"), "");
  EXPECT_THAT(said_of("paymnt.send"),
              testing::AllOf(HasSubstr("rule `rules[0]`: there is no upstream `paymnt`"),
                             HasSubstr("rule `rules[1]`: there is no upstream `paymnt`"),
                             testing::Not(HasSubstr("never matches"))));
}

TEST(Lint, TwoStarsBesideListedTools) {
  EXPECT_THAT(
      warnings(with_tools({rule("payment.**", allow)})),
      HasSubstr("`**` also covers requests that no listed tool matches\n    hint: `payment.*` covers"));
  EXPECT_EQ(warnings(with_tools({rule("payment.**", deny)})), "");
  EXPECT_EQ(warnings(options({rule("payment.**", allow)})), "");
}

}  // namespace
}  // namespace holdfast::policy
