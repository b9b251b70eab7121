// What does not compile: each mistake once, with its place and its hint.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Mistakes, FieldsThatAreNotThere) {
  const std::pair<const char*, const char*> rows[] = {
      {"amount", "there is no field `amount`\n    hint: did you mean `args.amount`?"},
      {"agent", "there is no field `agent`\n    hint: did you mean `agent.id`?"},
      {"arg.amount", "did you mean `args.amount`?"},
      {"Args.amount", "did you mean `args.amount`?"},
      {"bdy.x", "did you mean `body.x`?"},
      {"method", "did you mean `http.method`?"},
      {"header.x-env", "did you mean `http.header.x-env`?"},
      {"http.headers.x-env", "did you mean `http.header.x-env`?"},
      {"labels.team", "did you mean `agent.labels.team`?"},
      {"agent.label.team", "did you mean `agent.labels.team`?"},
      {"risk", "did you mean `args.risk`?"},
      {"risklevel", "did you mean `risk_level`?"},
      {"trust_teir", "did you mean `trust_tier`?"},
      {"http.methd", "did you mean `http.method`?"},
      {"args", "`args` alone is not a field"},
      {"args.", "there is no field `args.`"},
      {"args..x", "empty name"},
      {"args.x.", "empty name"},
      {"args.items[0].price", "only `[*]` may stand in brackets"},
      {"args.items[*]price", "only `[*]` may stand in brackets"},
      {"args.*", "only `[*]`"},
      {"args.[*]", "empty name"},
      {"body[*]price", "a dot must follow"},
      {"http.header.x env", "is not a header name"},
      {"http.header.", "there is no field"},
      {"time", "`time` has no operators"},
      {"context", "`context` alone is not a field"},
      {"contxt.user", "did you mean `context.user`?"},
      {"env.STAGE", "`env.STAGE` is not declared under `env`\n    hint: write `env: {STAGE: \"${STAGE}\"}`"},
      {"annotations.readonly", "did you mean `annotations.read_only`?"},
      {"read_only", "did you mean `annotations.read_only`?"},
      {"", "there is no field ``"},
      {"args.cafe\u0301", "normal form C"},
  };
  for (const auto& [field, said] : rows) {
    const std::string error = first_error(options({rule("*", deny, is(field, eq, "\"x\""))}));
    EXPECT_THAT(error, StartsWith("p.yaml:7:5: ")) << field;
    EXPECT_THAT(error, HasSubstr(said)) << field;
  }
}

TEST(Mistakes, OperandsThatDoNotFit) {
  struct Row {
    const char* field;
    Operator op;
    const char* operand;
    const char* said;
  };
  const Row rows[] = {
      {"args.x", gt, "\"lots\"", "`gt` takes a number, not text"},
      {"args.x", gt, "\"100\"", "write 100 without quotes"},
      {"args.x", lte, "null", "`lte` takes a number, not null"},
      {"args.x", gt, "[1]", "`gt` takes a number, not a list"},
      {"args.x", gt, "1e401", "more than 400 digits or an exponent beyond 400"},
      {"args.x", eq, "1e401", "more than 400 digits"},
      {"args.x", eq, "[1, 2]", "write `in`"},
      {"args.x", ne, "[1, 2]", "write `not_in`"},
      {"args.x", eq, "\"cafe\\u0301\"", "normal form C"},
      {"args.x", in, "5", "`in` takes a list, not a number"},
      {"args.x", in, "[]", "the list of `in` is empty"},
      {"args.x", in, "[[1]]", "`in` takes a single value, not a list"},
      {"args.x", not_in, "\"a\"", "`not_in` takes a list"},
      {"args.x", between, "[1]", "`between` takes two numbers"},
      {"args.x", between, "[1, 2, 3]", "`between` takes two numbers"},
      {"args.x", between, "[2, 1]", "is larger than the second"},
      {"args.x", between, "[\"1\", 2]", "`between` takes a number"},
      {"args.x", between, "5", "`between` takes a list"},
      {"args.x", contains, "[1]", "`contains` takes a single value"},
      {"args.x", starts_with, "5", "`starts_with` takes text, not a number"},
      {"args.x", ends_with, "true", "`ends_with` takes text, not a boolean"},
      {"args.x", glob, "5", "`glob` takes text"},
      {"args.x", matches, "\"a(b\"", "is not a regular expression: missing )"},
      {"args.x", matches, "\"a)|(b\"", "is not a regular expression"},
      {"args.x", matches, "\"(?=a)\"", "no look-around"},
      {"args.x", matches, "5", "`matches` takes text"},
      {"args.x", matches, "\"(^|/)secret\"", "`(^|/)secret` is anchored in a part of it only"},
      {"args.x", matches, "\"^a|b\"", "write `^(?:a|b)`"},
      {"args.x", matches, "\"a|b$\"", "is anchored in a part of it only"},
      {"args.x", matches, "\"a|^b|c\"", "is anchored in a part of it only"},
      {"args.x", matches, "\"(?i:^a)\"", "is anchored in a part of it only"},
      {"args.x", matches, "\"[a]$[b]\"", "is anchored in a part of it only"},
      {"args.x", matches, "\"(a\\\\z|b)\"", "is anchored in a part of it only"},
      {"args.x", matches, "\"(?m)^[a-z]+$\"", "`(?m)^[a-z]+$` has the flag `m`"},
      {"args.x", matches, "\"(?im)^a\"", "`^` and `$` are the ends of the text"},
      {"args.x", matches, "\"(?m-s)^a\"", "has the flag `m`"},
      {"args.x", matches, "\"(?i)(?sm-iU)^a\"", "has the flag `m`"},
      {"args.x", matches, "\"(?m:a)b$\"", "has the flag `m`"},
      {"args.x", matches, "\"^a(b(?m)c)\"", "has the flag `m`"},
      {"args.x", matches, "\"[(?]\\\\Q(?\\\\E(?m)a\"", "has the flag `m`"},
      {"args.x", matches, "\"(?s).{1000}.{1000}.{1000}x\"", "is too large a pattern"},
      {"args.x", exists, "\"yes\"", "`exists` takes true or false, not text"},
      {"args.x", type, "\"integer\"", "`integer` is not a type"},
      {"args.x", type, "\"strng\"", "did you mean `string`?"},
      {"args.x", type, "[\"string\"]", "is not a type"},
      {"args.x", length, "\"3\"", "`length` takes a number or comparisons"},
      {"args.x", cidr, "\"10.0.0.0\"", "`10.0.0.0` is not a network"},
      {"args.x", cidr, "\"10.0.0.0/33\"", "is not a network"},
      {"args.x", cidr, "\"10.0.0.0/08\"", "is not a network"},
      {"args.x", cidr, "\"10.0.0.0/-1\"", "is not a network"},
      {"args.x", cidr, "\"10.0.0.1/8\"", "has bits set behind its prefix"},
      {"args.x", cidr, "\"fd00::/129\"", "is not a network"},
      {"args.x", cidr, "\"crm.internal/8\"", "is not a network"},
      {"args.x", cidr, "8", "`cidr` takes text"},
      {"http.method", gt, "5", "`gt` compares numbers, and this field is text"},
      {"query.limit", eq, "42", "write \"42\""},
      {"query.limit", in, "[42]", "write \"42\""},
      {"http.path", contains, "5", "`contains` takes text"},
      {"trust_tier", eq, "\"1\"", "there is no trust tier `1`"},
      {"trust_tier", glob, "\"1\"", "there is no trust tier `1`"},
      {"trust_tier", length, "1", "needs text"},
      {"risk_level", eq, "\"critcal\"", "did you mean `critical`?"},
      {"risk_level", in, "[\"high\", \"extreme\"]", "there is no risk level `extreme`"},
  };
  for (const Row& row : rows) {
    const std::string error = first_error(options({rule("*", deny, is(row.field, row.op, row.operand))}));
    EXPECT_THAT(error, StartsWith("p.yaml:7:")) << row.operand;
    EXPECT_THAT(error, HasSubstr(row.said)) << row.field << " " << row.operand;
  }
}

TEST(Mistakes, LengthTakesNumbersOnly) {
  auto asked = test("args.x", length, "null");
  asked.length_of = {test("", contains, "\"a\"")};
  EXPECT_THAT(first_error(options({rule("*", deny, is(asked))})),
              HasSubstr("`contains` cannot be asked of a length"));
  asked.length_of = {test("", gt, "\"3\"")};
  EXPECT_THAT(first_error(options({rule("*", deny, is(asked))})), HasSubstr("`gt` takes a number"));
}

TEST(Mistakes, ConditionsThatSayNothing) {
  EXPECT_THAT(first_error(options({rule("*", deny, any({}))})), HasSubstr("`any` has no conditions"));
  EXPECT_THAT(first_error(options({rule("*", deny, combine(Condition::Kind::negation, {}))})),
              HasSubstr("`not` takes one condition"));
  Condition deep = is("args.x", eq, "1");
  for (int i = 0; i < 64; ++i)
    deep = no(std::move(deep));
  EXPECT_THAT(first_error(options({rule("*", deny, deep)})), HasSubstr("nested deeper than 64"));
}

TEST(Mistakes, ItemsOfWhatHasNone) {
  auto asked = test("http.path", eq, "\"/\"");
  asked.items = Items::any_of;
  EXPECT_THAT(first_error(options({rule("*", deny, is(asked))})),
              HasSubstr("is a single value and has no items"));
}

// `any_of_items: {gt: 5, lt: 10}` would be met by one item over 5 and another under 10.
TEST(Mistakes, TwoOperatorsOnAnyItemCouldBeMetByTwoItems) {
  policy::Test over = test("args.x", gt, "5"), under = test("args.x", lt, "10");
  over.items = under.items = Items::any_of;
  EXPECT_THAT(first_error(options({rule("*", allow, all({is(over), is(under)}))})),
              HasSubstr("could each be met by another item"));
  over.items = under.items = Items::all;
  EXPECT_EQ(first_error(options({rule("*", allow, all({is(over), is(under)}))})), "");
}

// The same with `any_of_items: {length: {gt: 2, lt: 5}}`: ["a", "abcdef"] has no such item and met both.
TEST(Mistakes, TwoComparisonsOfTheLengthOfAnyItemCouldBeMetByTwoItems) {
  policy::Test asked = test("args.x", length, "null");
  asked.length_of = {test("", gt, "2"), test("", lt, "5")};
  asked.items = Items::any_of;
  EXPECT_THAT(first_error(options({rule("*", allow, is(asked))})),
              HasSubstr("under `any_of_items` on `args.x` could each be met by another item"));
  asked.items = Items::all;
  EXPECT_EQ(first_error(options({rule("*", allow, is(asked))})), "");
  asked.items = Items::any_of;
  asked.length_of = {test("", between, "[3, 4]")};
  EXPECT_EQ(first_error(options({rule("*", allow, is(asked))})), "");
}

TEST(Mistakes, RuleIds) {
  EXPECT_THAT(first_error(options({rule("a", deny, {}, "x"), rule("b", deny, {}, "x")})),
              HasSubstr("two rules have the id `x`"));
  EXPECT_THAT(first_error(options({rule("a", deny, {}, "rules[1]"), rule("b", deny)})),
              HasSubstr("two rules have the id"));
  EXPECT_THAT(first_error(options({rule("a", deny, {}, "default")})), HasSubstr("is taken by the default"));
}

TEST(Mistakes, AllAreReportedAndThereIsNoPolicy) {
  const Compiled result = compile(
      options({rule("a..b", deny, is("amount", eq, "1")), rule("*", deny, is("args.x", gt, "\"x\""))}));
  EXPECT_EQ(result.policy, nullptr);
  EXPECT_EQ(result.problems.size(), 3u);
  EXPECT_THAT(to_text(result.problems[0]),
              StartsWith("p.yaml:5:5: tool pattern `a..b` has an empty segment"));
}

}  // namespace
}  // namespace holdfast::policy
