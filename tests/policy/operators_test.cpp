// Every operator: true, false and unknown.
#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

struct Row {
  Operator op;
  const char* operand;
  const char* value;  // of args.x; null: missing
  Truth expected;
};

TEST(Operators, SayYesNoOrUnknown) {
  const Row rows[] = {
      {eq, "5", "5", Y},
      {eq, "5", "5.0", Y},
      {eq, "5", "6", N},
      {eq, "5", "\"5\"", U},
      {eq, "5", "null", U},
      {eq, "5", nullptr, U},
      {eq, "5", "[5]", U},
      {eq, "5", "{\"v\":5}", U},
      {eq, "0", "-0", Y},
      {eq, "\"a\"", "\"a\"", Y},
      {eq, "\"a\"", "\"A\"", N},
      {eq, "\"a\"", "1", U},
      {eq, "true", "true", Y},
      {eq, "true", "false", N},
      {eq, "true", "\"true\"", U},
      {eq, "true", "1", U},
      {eq, "null", "null", Y},
      {eq, "null", "0", U},
      {eq, "null", nullptr, U},
      {ne, "5", "6", Y},
      {ne, "5", "5.00", N},
      {ne, "5", "\"6\"", U},
      {ne, "5", nullptr, U},
      {ne, "\"a\"", "null", U},
      {gt, "100", "100.01", Y},
      {gt, "100", "100", N},
      {gt, "100", "99", N},
      {gt, "100", "\"5000\"", U},
      {gt, "100", "null", U},
      {gt, "100", "[5000]", U},
      {gt, "100", "true", U},
      {gt, "100", nullptr, U},
      {gt, "9007199254740992", "9007199254740993", U},
      {gt, "9007199254740992", "9007199254740994", Y},
      {gt, "9007199254740993", "9007199254740992", N},
      {lt, "9007199254740993", "9007199254740992", U},
      {gte, "9007199254740993", "9007199254740992", U},
      {gte, "9007199254740992", "9007199254740993", Y},
      {lte, "100", "100.000000000000000000001", U},
      {gt, "100", "100.000000000000000000001", U},
      {gt, "100", "100.000000000000001", U},
      {gt, "100", "100.0000000000001", Y},
      {eq, "13", "13.000000000000000001", U},
      {eq, "13", "13.000000000000000000", Y},
      {eq, "0", "1e-400", U},
      {eq, "1e400", "1e399", U},
      {eq, "1e400", "-1e400", N},
      {ne, "9007199254740992", "9007199254740993", U},
      {in, "[12, 13]", "13.000000000000000001", U},
      {in, "[9007199254740992, 9007199254740993]", "9007199254740993", Y},
      {not_in, "[12, 13]", "13.000000000000000001", U},
      {between, "[1, 5]", "5.0000000000000000001", U},
      {between, "[1, 5]", "0.9999999999999999999999", U},
      {between, "[1, 5]", "4.9999999999999999999999", Y},
      {contains, "13", "[13.000000000000000001]", U},
      {gt, "100", "1e401", U},
      {gt, "100", "1e400", Y},
      {gt, "-1", "-0", Y},
      {gt, "0", "-0", N},
      {gte, "100", "100", Y},
      {gte, "100", "99.99", N},
      {gte, "100", "\"100\"", U},
      {lt, "100", "99", Y},
      {lt, "100", "100", N},
      {lt, "100", "{}", U},
      {lte, "100", "100.0", Y},
      {lte, "100", "101", N},
      {lte, "100", nullptr, U},
      {between, "[10, 20]", "10", Y},
      {between, "[10, 20]", "20.0", Y},
      {between, "[10, 20]", "9.99", N},
      {between, "[10, 20]", "20.01", N},
      {between, "[10, 20]", "\"15\"", U},
      {between, "[10, 20]", nullptr, U},
      {in, "[\"EUR\", \"USD\"]", "\"USD\"", Y},
      {in, "[\"EUR\", \"USD\"]", "\"usd\"", N},
      {in, "[\"EUR\"]", "5", U},
      {in, "[\"EUR\"]", nullptr, U},
      {in, "[1, \"1\"]", "1", Y},
      {in, "[1, \"1\"]", "2", U},
      {not_in, "[\"EUR\", \"USD\"]", "\"GBP\"", Y},
      {not_in, "[\"EUR\"]", "\"EUR\"", N},
      {not_in, "[\"EUR\"]", "1", U},
      {not_in, "[\"EUR\"]", nullptr, U},
      {contains, "\"ell\"", "\"hello\"", Y},
      {contains, "\"elx\"", "\"hello\"", N},
      {contains, "\"e\"", "5", U},
      {contains, "5", "\"555\"", U},
      {contains, "5", "[1, 5]", Y},
      {contains, "5", "[1, 2]", N},
      {contains, "5", "[1, \"5\"]", U},
      {contains, "5", "[\"5\", 5]", Y},
      {contains, "5", "[]", N},
      {contains, "\"rm -rf\"", "[\"rm -rf /\"]", U},
      {contains, "\"rm\"", "[\"rm -rf /\", \"rm\"]", Y},
      {contains, "\"rm -rf\"", "[\"ls\", \"rm\"]", N},
      {contains, "\"rm -rf\"", "[\"rm\", \"-rf\", \"/\"]", U},
      {contains, "\"rm -rf\"", "[\"rm -r\", \"f /\"]", U},
      {contains, "\"rm -rf\"", "[\"\", \"rm\", \"-rf\"]", U},
      {contains, "\"rm -rf\"", "[\"-rf\", \"rm\"]", N},
      {contains, "\" rm\"", "[\"\", \"rm\"]", U},
      {contains, "\"rm \"", "[\"rm\"]", N},
      {contains, "\"\"", "[]", N},
      {contains, "\"rm -rf\"", "[\"rm\", \"-rf\", \"rm -rf\"]", Y},
      {contains, "\"k\"", "{\"k\":1}", U},
      {contains, "\"e\"", nullptr, U},
      {starts_with, "\"he\"", "\"hello\"", Y},
      {starts_with, "\"lo\"", "\"hello\"", N},
      {starts_with, "\"5\"", "55", U},
      {ends_with, "\"lo\"", "\"hello\"", Y},
      {ends_with, "\"he\"", "\"hello\"", N},
      {ends_with, "\"lo\"", "null", U},
      {glob, "\"/v1/*/x\"", "\"/v1/abc/x\"", Y},
      {glob, "\"/v1/*/x\"", "\"/v1/a/b/x\"", N},
      {glob, "\"/v1/**/x\"", "\"/v1/a/b/x\"", Y},
      {glob, "\"/v1/*\"", "\"/v1/\"", Y},
      {glob, "\"/v1/*\"", "\"/v1\"", N},
      {glob, "\"a.c\"", "\"abc\"", N},
      {glob, "\"a?c\"", "\"abc\"", N},
      {glob, "\"*[x]\"", "\"a[x]\"", Y},
      {glob, "\"**\"", "\"a\\nb\"", Y},
      {glob, "\"*\"", "5", U},
      {matches, "\"[a-z]+\"", "\"abc\"", Y},
      {matches, "\"[a-z]+\"", "\"abc1\"", N},
      {matches, "\"^abc\"", "\"abcdef\"", Y},
      {matches, "\"^abc\"", "\"xabc\"", N},
      {matches, "\"abc$\"", "\"xabc\"", Y},
      {matches, "\"abc$\"", "\"abc\\n\"", N},
      {matches, "\"a|b\"", "\"ab\"", N},
      {matches, "\"abc\\\\$\"", "\"xabc$\"", N},
      {matches, "\"abc\\\\$\"", "\"abc$\"", Y},
      {matches, "\"[a-z]+\"", "\"abc\\n\"", N},
      {matches, "\".*b\"", "\"a\\nb\"", U},
      {matches, "\"(?s).*b\"", "\"a\\nb\"", Y},
      {matches, "\"(?-s).*b\"", "\"a\\nb\"", N},
      {matches, "\".*c\"", "\"a\\nb\"", N},
      {matches, "\"^a.b\"", "\"a\\nbc\"", U},
      {matches, "\"b.*|a\\nb\"", "\"a\\nb\"", Y},
      {matches, "\"[^b]*b\"", "\"a\\nb\"", Y},
      {matches, "\"a.b\"", "\"a\\rb\"", Y},
      {matches, "\"(?i)^abc\"", "\"ABCdef\"", Y},
      {matches, "\"(?i)(?s)^abc\"", "\"ABCdef\"", Y},
      {matches, "\"(?i)bc$\"", "\"ABC\"", Y},
      {matches, "\"(?-m)^abc$\"", "\"abc\"", Y},
      {matches, "\"(?s-m)^abc$\"", "\"abc\\nx\"", N},
      {matches, "\"^abc$\"", "\"abc\\nabc\"", N},
      {matches, "\"^abc\"", "\"x\\nabc\"", N},
      {matches, "\"abc\\\\z\"", "\"abc\\n\"", N},
      {matches, "\"(?P<m>a)(?:m)\"", "\"am\"", Y},
      {matches, "\"[(?m)]\\\\Q(?m)\\\\E\\\\(?m\"", "\"m(?m)m\"", Y},
      {matches, "\"\\\\Aabc\"", "\"abcdef\"", Y},
      {matches, "\"abc\\\\z\"", "\"xabc\"", Y},
      {matches, "\"^(a|b)\"", "\"bc\"", Y},
      {matches, "\"^/srv(/|$)\"", "\"/srv\"", Y},
      {matches, "\"[$^]\"", "\"$a\"", N},
      {matches, "\"[^a]\"", "\"b\"", Y},
      {matches, "\"\\\\Qa$\"", "\"xa$\"", N},
      {matches, "\"\\\\Qa$\"", "\"a$\"", Y},
      {matches, "\"\\\\p{^Lu}\"", "\"xa\"", N},
      {matches, "\"a\"", "1", U},
      {matches, "\"a\"", nullptr, U},
      {exists, "true", "5", Y},
      {exists, "true", "null", Y},
      {exists, "true", nullptr, N},
      {exists, "false", nullptr, Y},
      {exists, "false", "5", N},
      {exists, "true", "1e999", U},
      {type, "\"number\"", "5", Y},
      {type, "\"number\"", "\"5\"", N},
      {type, "\"string\"", "\"5\"", Y},
      {type, "\"array\"", "[]", Y},
      {type, "\"object\"", "{}", Y},
      {type, "\"boolean\"", "false", Y},
      {type, "\"null\"", "null", Y},
      {type, "null", "null", Y},
      {type, "\"object\"", "null", N},
      {type, "\"number\"", nullptr, U},
      {length, "3", "\"abc\"", Y},
      {length, "3", "\"\u00e4\u00f6\u00fc\"", Y},
      {length, "3", "[1,2,3]", Y},
      {length, "1", "{\"a\":1}", Y},
      {length, "3", "\"ab\"", N},
      {length, "3", "333", U},
      {length, "3", "null", U},
      {length, "3", nullptr, U},
      {length, "2", "{\"a\":1,\"A\":2}", U},
      {length, "1", "{\"__proto__\":1}", U},
      {cidr, "\"10.0.0.0/8\"", "\"10.1.2.3\"", Y},
      {cidr, "\"10.0.0.0/8\"", "\"11.1.2.3\"", N},
      {cidr, "\"10.0.0.0/8\"", "\"::ffff:10.1.2.3\"", Y},
      {cidr, "\"10.0.0.0/8\"", "\"fd00::1\"", N},
      {cidr, "\"::/0\"", "\"10.1.2.3\"", N},
      {cidr, "\"0.0.0.0/0\"", "\"10.1.2.3\"", Y},
      {cidr, "[\"fd00::/8\", \"10.0.0.0/8\"]", "\"fd12::1\"", Y},
      {cidr, "\"10.0.0.1/32\"", "\"10.0.0.2\"", N},
      {cidr, "\"10.0.0.0/8\"", "\"crm.internal\"", U},
      {cidr, "\"10.0.0.0/8\"", "\"010.0.0.1\"", U},
      {cidr, "\"10.0.0.0/8\"", "\"10.1\"", U},
      {cidr, "\"10.0.0.0/8\"", "167837955", U},
      {cidr, "\"10.0.0.0/8\"", "\"10.1.2.3\\u0000\"", U},
      {eq, "\"rm\"", "\"rm\\u0000\"", U},
      {ne, "\"rm\"", "\"rm\\u0000x\"", U},
  };
  for (const Row& row : rows) {
    const TestCall call(row.value == nullptr ? "{\"y\":1}" : "{\"x\":" + std::string(row.value) + "}");
    EXPECT_EQ(says(is("args.x", row.op, row.operand), call.call), row.expected)
        << "operator " << static_cast<int>(row.op) << " " << row.operand << " on "
        << (row.value == nullptr ? "nothing" : row.value);
  }
}

TEST(Operators, EveryOneIsUnknownOnADocumentThatCouldNotBeRead) {
  const std::pair<Operator, const char*> every[] = {
      {eq, "1"},
      {ne, "1"},
      {gt, "1"},
      {gte, "1"},
      {lt, "1"},
      {lte, "1"},
      {between, "[1,2]"},
      {in, "[1]"},
      {not_in, "[1]"},
      {contains, "1"},
      {starts_with, "\"a\""},
      {ends_with, "\"a\""},
      {glob, "\"a\""},
      {matches, "\"a\""},
      {exists, "true"},
      {exists, "false"},
      {type, "\"null\""},
      {length, "1"},
      {cidr, "\"10.0.0.0/8\""},
  };
  TestCall call("{\"x\":1}", "{\"x\":1}");
  call.call.args_state = call.call.body_state = Readable::unreadable;
  for (const char* field : {"args.x", "body.x", "args.items[*].x", "args.items.length"}) {
    for (const auto& [op, operand] : every) {
      auto asked = test(field, op, operand);
      EXPECT_EQ(says(is(asked), call.call), U) << field << static_cast<int>(op);
      asked.missing = false;  // says what absence means; this is not absence
      EXPECT_EQ(says(is(asked), call.call), U) << field << static_cast<int>(op);
    }
  }
}

TEST(Operators, MissingSaysWhatAbsenceMeansAndNothingElse) {
  for (const bool meaning : {true, false}) {
    auto asked = test("args.force", eq, "true");
    asked.missing = meaning;
    const Condition condition = is(asked);
    EXPECT_EQ(says(condition, TestCall("{}").call), truth(meaning));
    EXPECT_EQ(says(condition, TestCall().call), truth(meaning));
    EXPECT_EQ(says(condition, TestCall("{\"force\":true}").call), Y);
    EXPECT_EQ(says(condition, TestCall("{\"force\":false}").call), N);
    EXPECT_EQ(says(condition, TestCall("{\"force\":\"true\"}").call), U);
    EXPECT_EQ(says(condition, TestCall("{\"force\":null}").call), U);
    EXPECT_EQ(says(condition, TestCall("{\"Force\":true}").call), U);
  }
}

TEST(Operators, LengthTakesSeveralComparisons) {
  auto asked = test("args.x", length, "null");
  asked.length_of = {test("", gt, "1"), test("", lt, "4")};
  EXPECT_EQ(says(is(asked), TestCall("{\"x\":\"ab\"}").call), Y);
  EXPECT_EQ(says(is(asked), TestCall("{\"x\":[1]}").call), N);
  EXPECT_EQ(says(is(asked), TestCall("{\"x\":[1,2,3,4]}").call), N);
  EXPECT_EQ(says(is(asked), TestCall("{}").call), U);
  asked.missing = false;
  EXPECT_EQ(says(is(asked), TestCall("{}").call), N);
}

}  // namespace
}  // namespace holdfast::policy
