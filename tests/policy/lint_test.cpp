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
  for (const char* fine : {"payment.send", "payment.refund.*", "payment.*", "payment.http.get",
                           "payment.http.*", "files.write", "files.wr*", "*", "*.send", "pay*"}) {
    EXPECT_EQ(warnings(with_tools({rule(fine, deny)})), "") << fine;
  }
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
