// `tests:` as the loader takes them. What a call says is read elsewhere
// (tests/policy/described_call_test.cpp).
#include <gmock/gmock.h>

#include "config/config.hpp"
#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kHead = "version: 1\ndata_dir: d\nupstreams: []\n";

TEST(PolicyTests, ACallBecomesJsonWithItsDigits) {
  const Environment environment({{"WHO", "bot"}});
  Folder folder;
  const Loaded loaded = load(folder.write(
      "a.yaml", std::string(kHead) +
                    "tests:\n"
                    "  - name: n\n"
                    "    call: {tool: a.b, agent: \"${WHO}\", args: {x: 9007199254740993, y: 1.50, z: \"7\", "
                    "w: [true, null, no, {}], v: }}\n"
                    "    expect: allow\n"
                    "    expect_rule: r\n"
                    "  - {call: {tool: a.c, raw: '{\"a\":1,\"a\":2}'}, expect: deny}\n"));
  EXPECT_THAT(folder.texts(loaded.problems), IsEmpty());
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->tests.size(), 2U);
  const PolicyTest& first = loaded.config->tests[0];
  EXPECT_EQ(
      first.call,
      R"({"tool":"a.b","agent":"bot","args":{"x":9007199254740993,"y":1.50,"z":"7","w":[true,null,"no",{}],"v":null}})");
  EXPECT_EQ(first.name, "n");
  EXPECT_EQ(first.expect, Effect::allow);
  EXPECT_EQ(first.expect_rule, "r");
  EXPECT_EQ(first.call_at.line, 6);
  EXPECT_EQ(loaded.config->tests[1].name, "tests[1]");
  EXPECT_EQ(loaded.config->tests[1].call, R"({"tool":"a.c","raw":"{\"a\":1,\"a\":2}"})");
}

TEST(PolicyTests, MistakesAreFound) {
  Folder folder;
  const auto problems = [&](const std::string& test) {
    return folder.texts(
        load(folder.write("a.yaml", std::string(kHead) + "tests: [" + test + "]\n")).problems);
  };
  EXPECT_THAT(problems("{call: {tool: a.b}}"),
              ElementsAre("a.yaml:4:9: `tests[0]` needs `expect`\n    hint: allow, deny or escalate"));
  EXPECT_THAT(problems("{expect: deny}"), ElementsAre("a.yaml:4:9: `tests[0]` needs `call`\n    hint: such "
                                                      "as {tool: payment.send, args: {amount: 500}}"));
  EXPECT_THAT(problems("{expect: deny, call: {args: {}}}"),
              ElementsAre("a.yaml:4:30: `tests[0].call` names no `tool`"));
  EXPECT_THAT(problems("{expect: deny, call: {tool: a.b, arg: {}}}"),
              ElementsAre("a.yaml:4:42: a call has no `arg`\n    hint: did you mean `args`?"));
  EXPECT_THAT(problems("{expect: deny, call: {tool: a.b, args: 1}}"),
              ElementsAre("a.yaml:4:48: `args` of a call must be a map"));
  EXPECT_THAT(problems("{expect: deny, call: {tool: 7}}"),
              ElementsAre("a.yaml:4:37: `tool` of a call must be a text"));
}

}  // namespace
}  // namespace holdfast::config
