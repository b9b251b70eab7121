// holdfast policy, as a person and as a program see it.
#include <gmock/gmock.h>

#include "core/json.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Desk& with_tests(Desk& desk, const std::string& tests) {
  desk.environment["ALICE_TOKEN"] = "alice-token-0123456789";
  desk.write("holdfast.yaml", std::string(kConfig) + "tests:\n" + tests);
  return desk;
}

constexpr const char* kSmall =
    "  - {name: small, call: {tool: payment.send, args: {amount: 5}}, expect: allow}\n";
constexpr const char* kBig =
    "  - {name: big, call: {tool: payment.send, args: {amount: 500}}, expect: escalate, expect_rule: "
    "'rules[0]'}\n";
constexpr const char* kText =
    "  - {name: text, call: {tool: payment.send, args: {amount: \"500\"}}, expect: allow}\n";

TEST(PolicyTestCommand, PrintsATableAndIsFineWhenAllPass) {
  Desk desk;
  const Finished done = with_tests(desk, std::string(kSmall) + kBig).run({"policy", "test"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(done.out,
            "    TEST   EXPECTED              GOT                   WHY\n"
            "ok  small  allow                 allow by rules[1]\n"
            "ok  big    escalate by rules[0]  escalate by rules[0]\n"
            "2 of 2 tests passed\n");
  EXPECT_THAT(done.err, IsEmpty());
}

TEST(PolicyTestCommand, SaysOfATestThatFailsWhatHappenedInstead) {
  Desk desk;
  const Finished done = with_tests(desk, std::string(kSmall) + kText).run({"policy", "test"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(
      done.out,
      AllOf(
          HasSubstr("FAILED  text   allow     escalate by rules[0]  the condition of `rules[0]` is unknown"),
          HasSubstr("1 of 2 tests passed\n"), Not(HasSubstr("\x1b"))));
}

TEST(PolicyTestCommand, TheRightEffectByAnotherRuleFails) {
  Desk desk;
  const Finished done = with_tests(desk,
                                   "  - {name: other, call: {tool: payment.send, args: {amount: 5}}, expect: "
                                   "allow, expect_rule: 'rules[0]'}\n")
                            .run({"policy", "test", "--json"});
  EXPECT_EQ(done.exit, 1);
  const auto parsed = json::parse(done.out, {});
  ASSERT_TRUE(parsed) << done.out;
  EXPECT_EQ(parsed->root().find("failed")->text(), "1");
  const json::Value& test = parsed->root().find("tests")->items()[0];
  EXPECT_EQ(test.find("got")->text(), "allow");
  EXPECT_EQ(test.find("rule")->text(), "rules[1]");
  EXPECT_FALSE(test.find("passed")->boolean());
}

TEST(PolicyTestCommand, ATestThatCannotBeRunIsAMistakeOfTheConfiguration) {
  Desk desk;
  const Finished done =
      with_tests(desk, "  - {name: t, call: {tool: payment.sent}, expect: deny, expect_rule: 'rules[9]'}\n")
          .run({"check"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(
      done.out,
      AllOf(HasSubstr(
                "the test `t`: `payment.sent` is no listed tool of `payment`; did you mean `payment.send`?"),
            HasSubstr("the test `t` expects the rule `rules[9]`, which is not there\n    hint: did you mean "
                      "`rules[0]`?")));
}

TEST(PolicyExplainCommand, TellsAPersonWhatEachConditionSaid) {
  Desk desk;
  desk.write("call.json", R"({"tool":"payment.send","args":{"amount":"500"}})");
  const Finished done = with_tests(desk, kSmall).run({"policy", "explain", "--call", "call.json"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_THAT(done.out, AllOf(HasSubstr("decision:  escalate\n"), HasSubstr("rule:      rules[0]\n"),
                              HasSubstr("agent:     anonymous, trust tier 5\n"),
                              HasSubstr("rules[0]              escalate  unknown\n"
                                        "  args.amount gt 100            unknown  \"500\"\n"
                                        "rules[1]              allow     true\n")));
}

TEST(PolicyExplainCommand, TellsAProgramTheSame) {
  Desk desk;
  desk.write("call.json", R"({"tool":"payment.send","args":{"amount":500}})");
  const Finished done = with_tests(desk, kSmall).run({"policy", "explain", "--call", "call.json", "--json"});
  EXPECT_EQ(done.exit, 0);
  const auto parsed = json::parse(done.out, {});
  ASSERT_TRUE(parsed) << done.out;
  const json::Value& root = parsed->root();
  EXPECT_EQ(root.find("decision")->find("effect")->text(), "escalate");
  EXPECT_EQ(root.find("decision")->find("plan")->text(), "default");
  EXPECT_EQ(root.find("call")->find("upstream")->text(), "payment");
  const json::Value& first = root.find("consulted")->items()[0];
  EXPECT_EQ(first.find("says")->text(), "true");
  EXPECT_EQ(first.find("when")->find("text")->text(), "args.amount gt 100");
  EXPECT_EQ(first.find("when")->find("found")->text(), "500");
  EXPECT_FALSE(root.find("consulted")->items()[1].find("asked")->boolean());
}

// A rule may compare with what is a secret elsewhere in the file.
TEST(PolicyExplainCommand, PrintsNoSecretOfTheEnvironment) {
  const std::string secret = "alice-token-\"-0123456789";
  Desk desk;
  desk.environment["ALICE_TOKEN"] = secret;
  std::string config = kConfig;
  config.replace(config.find("{gt: 100}"), 9, "{gt: 100}, args.key: \"${ALICE_TOKEN}\"");
  desk.write("holdfast.yaml", config);
  desk.write("call.json",
             R"({"tool":"payment.send","args":{"amount":500,"key":"alice-token-\"-0123456789"}})");
  for (const char* form : {"", "--json"}) {
    std::vector<std::string> words = {"policy", "explain", "--call", "call.json"};
    if (*form != '\0') words.emplace_back(form);
    const Finished done = desk.run(words);
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_THAT(done.out + done.err, AllOf(HasSubstr("args.key eq"), HasSubstr("${ALICE_TOKEN}"),
                                           Not(HasSubstr("alice-token")), Not(HasSubstr("0123456789"))));
  }
}

TEST(PolicyExplainCommand, WhatCannotBeReadIsSaid) {
  Desk desk;
  with_tests(desk, kSmall);
  Finished done = desk.run({"policy", "explain", "--call", "nowhere.json"});
  EXPECT_EQ(done.exit, 3);
  EXPECT_THAT(done.err, HasSubstr("nowhere.json cannot be read: No such file"));
  desk.write("call.json", R"({"tool":"payment.send","args":{"amount":5},"agent":"nobody"})");
  done = desk.run({"policy", "explain", "--call", "call.json"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.err, HasSubstr("call.json: there is no agent `nobody`"));
  EXPECT_EQ(desk.run({"policy", "explain"}).exit, 2);
  EXPECT_EQ(desk.run({"policy"}).exit, 2);
}

TEST(PolicyLintCommand, AWarningIsBadOnlyWhenAskedToBeStrict) {
  Desk desk;
  with_tests(desk, kSmall);
  desk.write("holdfast.yaml", desk.read("holdfast.yaml") + "# nothing\n");
  EXPECT_EQ(desk.run({"policy", "lint"}).out, "nothing to say\n");
  EXPECT_EQ(desk.run({"policy", "lint", "--strict"}).exit, 0);
  desk.write("open.yaml", std::string(kConfig) + "default: allow\n");
  EXPECT_EQ(desk.run({"policy", "lint", "--config", "open.yaml"}).exit, 0);
  EXPECT_EQ(desk.run({"policy", "lint", "--config", "open.yaml", "--strict"}).exit, 1);
  const Finished done = desk.run({"check", "--config", "open.yaml", "--json"});
  EXPECT_EQ(done.exit, 0);
  const auto parsed = json::parse(done.out, {});
  ASSERT_TRUE(parsed) << done.out;
  EXPECT_EQ(parsed->root().find("warnings")->text(), "1");
  const json::Value& problem = parsed->root().find("problems")->items()[0];
  EXPECT_EQ(problem.find("severity")->text(), "warning");
  EXPECT_EQ(problem.find("file")->text(), "open.yaml");
  EXPECT_THAT(std::string(problem.find("message")->text()), HasSubstr("default: allow"));
}

}  // namespace
}  // namespace holdfast::app
