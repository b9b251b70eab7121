// Lints on what tools have: each where it fires and where it just does not.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Options with_tools(std::vector<Rule> rules) {
  Options written = options(std::move(rules));
  KnownUpstream crm = upstream("crm", Protocol::http, {"refund", "search", "plain", "import"});
  for (Tool& tool : crm.tools)
    tool.method = "POST";
  crm.tools[0].path = "/v1/{customer}/refunds";
  crm.tools[0].args = {{"customer", "path.customer"}, {"amount", "body.amount"}};
  crm.tools[1].path = "/v1/search";
  crm.tools[1].args = {{"q", "query.q"}};
  crm.tools[2].path = "/v1/plain";
  crm.tools[3].path = "/v1/import";
  crm.tools[3].imported = true;
  crm.tools[3].args = {{"file", "body.file"}, {"mode", "body.mode"}};
  crm.tools[3].required_args = {"file"};
  crm.tools[3].unclear_args = {"id"};
  written.directory.upstreams = {crm, upstream("files", Protocol::mcp, {"read"})};
  return written;
}

std::string said_of(Rule rule) {
  return warnings(with_tools({std::move(rule)}));
}

TEST(LintFields, AFieldThatTheToolDoesNotHave) {
  EXPECT_EQ(said_of(rule("crm.refund", deny, is("args.amuont", gt, "1"))),
            "p.yaml:7:5: warning: rule `rules[0]`: `crm.refund` has no `args.amuont`\n    hint: did you mean "
            "`args.amount`?\n");
  EXPECT_THAT(said_of(rule("crm.refund", deny, is("path.costumer", eq, "\"x\""))),
              HasSubstr("has no `path.costumer`\n    hint: did you mean `path.customer`?"));
  EXPECT_THAT(said_of(rule("crm.refund", deny, no(is("args.reason.code", eq, "\"x\"")))),
              HasSubstr("has no `args.reason`"));
  EXPECT_THAT(said_of(rule("crm.import", deny, is("args.flie", eq, "\"x\""))),
              HasSubstr("did you mean `args.file`?"));
  for (const Rule& fine : {rule("crm.refund", deny, is("args.amount", gt, "1")),
                           rule("crm.refund", deny, is("path.customer", eq, "\"x\"")),
                           rule("crm.plain", deny, is("args.whatever", gt, "1")),
                           rule("files.read", deny, is("args.whatever", gt, "1")),
                           rule("crm.refund", deny, is("body.note", eq, "\"x\"")),
                           rule("crm.import", deny, is("args.extra", exists, "true"))})
    EXPECT_THAT(said_of(fine), IsEmpty());
}

TEST(LintFields, AnArgumentOfSeveralSources) {
  EXPECT_THAT(said_of(rule("crm.import", deny, is("args.id", eq, "1"))),
              HasSubstr("`args.id` of `crm.import` has several sources"));
}

TEST(LintFields, AnOptionalArgumentWithoutMissing) {
  EXPECT_THAT(said_of(rule("crm.import", escalate, is("args.mode", eq, "\"x\""))),
              HasSubstr("`args.mode` is optional: asked of a call without it, the condition is unknown, and "
                        "nothing laxer than escalate is decided\n"
                        "    hint: say what its absence means: `args.mode: {..., missing: false}`"));
  EXPECT_THAT(
      said_of(rule("crm.import", allow, all({is("args.mode", eq, "\"x\""), is("args.file", eq, "\"y\"")}))),
      HasSubstr("unknown unless the rest of it settles it, and the rule does not allow the call"));
  policy::Test minded = test("args.mode", eq, "\"x\"");
  minded.missing = false;
  EXPECT_THAT(said_of(rule("crm.import", escalate, is(minded))), IsEmpty());
  EXPECT_THAT(said_of(rule("crm.import", escalate,
                           all({is("args.mode", exists, "true"), is("args.mode", eq, "\"x\"")}))),
              IsEmpty());
  EXPECT_THAT(said_of(rule("crm.import", escalate, is("args.file", eq, "\"x\""))), IsEmpty())
      << "it is required";
  EXPECT_THAT(said_of(rule("crm.refund", escalate, is("args.amount", gt, "1"))), IsEmpty())
      << "nobody says whether it is";
}

TEST(LintFields, ARuleOverSeveralToolsOnAFieldOfOne) {
  EXPECT_THAT(
      said_of(rule("crm.*", deny, is("args.amount", gt, "1"))),
      HasSubstr("rule `rules[0]` is about `crm.search` too, which has no `args.amount`: asked of a call "
                "without `args.amount`, its condition is "
                "unknown, and nothing laxer than deny is decided\n    hint: name the tool that "
                "has it, `crm.refund`"));
  EXPECT_THAT(said_of(rule("*", escalate, is("args.whatever", gt, "1"))),
              HasSubstr("is about every tool: asked of a call without `args.whatever`"));
  policy::Test minded = test("args.amount", gt, "1");
  minded.missing = false;
  for (const Rule& fine :
       {rule("crm.*", allow, is("args.amount", gt, "1")), rule("crm.*", deny, is(minded)),
        rule("crm.*", deny, is("args.amount", exists, "true")),
        rule("crm.re*", deny, is("args.amount", gt, "1")), rule("files.*", deny, is("args.amount", gt, "1")),
        rule("*", deny, all({is("tool", eq, "\"crm.refund\""), is("args.amount", gt, "1")})),
        rule("*", deny, is("trust_tier", eq, "5"))})
    EXPECT_THAT(said_of(fine), IsEmpty()) << fine.tool;
}

TEST(LintFields, APathThatNoRequestIsAskedAboutAs) {
  struct Row {
    Operator op;
    const char* written;
    const char* said;  // null: nothing
  };
  const Row rows[] = {
      {eq, R"("/v1/send")", nullptr},
      {eq, R"("/v1/a|b^c[1]!$&'()*+,:=@-._~")", nullptr},
      {eq, R"("/v1/a%20b%2F%C3%A4")", nullptr},
      {eq, R"("/v1/a;b")", nullptr},
      {ends_with, R"("%2")", nullptr},
      {glob, R"("/v1/*/a%2Ab")", nullptr},
      {matches, R"("/v1/[^\"<>]* ")", nullptr},
      {length, "8", nullptr},
      {eq, R"("/v1/a b")",
       "no path holds `/v1/a b`: it is asked about as it is escaped\n    hint: write `/v1/a%20b`"},
      {ne, R"("/v1/ä")", "write `/v1/%C3%A4`"},
      {starts_with, R"("/v1/\"<")", "write `/v1/%22%3C`"},
      {contains, R"("{id}")", "write `%7Bid%7D`"},
      {ends_with, R"("\t")", "write `%09`"},
      {glob, R"("/a b/*")", "write `/a%20b/*`"},
      {in, R"(["/v1/send", "/v1/#"])", "write `/v1/%23`"},
      {not_in, R"(["/v1/`"])", "write `/v1/%60`"},
      {starts_with, R"("/v1/send?to=")",
       "the query is no part of it\n    hint: ask for a parameter as `query.NAME`"},
      {eq, R"("/v1/a%7Cb")",
       "a path with `/v1/a%7Cb` has another spelling\n    hint: write `/v1/a|b`, of which both are asked"},
      {contains, R"("%41")", "write `A`"},
      {eq, R"("/v1/a%2Ab")", "write `/v1/a*b`"},
      {eq, R"("/v1/%c3%a4")", "write `/v1/%C3%A4`"},
  };
  for (const Row& row : rows) {
    const std::string said = said_of(rule("files.read", deny, no(is("http.path", row.op, row.written))));
    EXPECT_EQ(said.empty(), row.said == nullptr) << said;
    if (row.said != nullptr) EXPECT_THAT(said, HasSubstr(row.said));
    EXPECT_THAT(said_of(rule("files.read", deny, is("args.path", row.op, row.written))), IsEmpty());
  }
}

TEST(LintFields, AutoRejectIsAboutEveryTool) {
  Options written = with_tools({});
  written.auto_reject = {rule("*", deny, is("args.amount", gt, "1"), "auto_reject[0]"),
                         rule("*", deny, is("trust_tier", eq, "5"), "auto_reject[1]")};
  EXPECT_THAT(warnings(written), AllOf(HasSubstr("rule `auto_reject[0]` is about every tool"),
                                       Not(HasSubstr("auto_reject[1]"))));
}

}  // namespace
}  // namespace holdfast::policy
