#include <gmock/gmock.h>

#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Desk& with_alice(Desk& desk) {
  desk.environment["ALICE_TOKEN"] = "alice-token-0123456789";
  return desk;
}

TEST(CheckCommand, AGoodConfigurationIsFine) {
  Desk desk;
  desk.write("holdfast.yaml", kConfig);
  const Finished done = with_alice(desk).run({"check"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(done.out, "holdfast.yaml: fine (1 upstream, 2 rules, 1 approver)\n");
  EXPECT_THAT(done.err, IsEmpty());
}

TEST(CheckCommand, EveryMistakeOfTheFilesAndOfThePolicyIsPrinted) {
  Desk desk;
  desk.write("bad.yaml",
             "version: 1\ndata_dir: d\nloops: many\nupstreams: []\nrules:\n"
             "  - {tool: a.b, action: deny, when: {args.x: {matches: '('}}}\n");
  const Finished done = desk.run({"check", "--config", "bad.yaml"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("bad.yaml:3:8: `loops` must be a whole number from 0 to 256, not `many`\n"),
                    HasSubstr("bad.yaml:6:"), HasSubstr("bad.yaml: 2 errors, ")));
}

TEST(CheckCommand, APlanNobodyCanSatisfyIsAnError) {
  Desk desk;
  std::string config = kConfig;
  config.replace(config.find("require: 1"), 10, "require: 2");
  desk.write("holdfast.yaml", config);
  const Finished done = with_alice(desk).run({"check"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, HasSubstr("holdfast.yaml:14:11: "));
  EXPECT_THAT(done.out, HasSubstr("nobody can satisfy plan"));
}

// Each in a part of its own: of the file, a plan, a test and a certificate.
TEST(CheckCommand, LaterChecksRunWhereWhatTheyNeedIsSound) {
  Desk desk;
  std::string config = kConfig;
  config.replace(config.find("require: 1"), 10, "require: 2");
  config += "control_plane: {listen: 127.0.0.1:0, tls: {cert: gone.pem, key: gone.key}}\nwhatever: 1\n";
  config += "tests:\n  - {call: {tool: payment.send}, expect: deny, expect_rule: nobody}\n";
  desk.write("holdfast.yaml", config);
  const Finished done = with_alice(desk).run({"check"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, AllOf(HasSubstr("unknown key `whatever`"), HasSubstr("nobody can satisfy plan"),
                              HasSubstr("expects the rule `nobody`"), HasSubstr("gone.pem")));
  EXPECT_THAT(done.out, HasSubstr("holdfast.yaml: 4 errors, ")) << done.out;
}

TEST(CheckCommand, WhatFollowsFromAMistakeIsNotTold) {
  const auto errors_of = [](std::string_view right, std::string_view wrong) {
    Desk desk;
    std::string config = kConfig;
    config.replace(config.find(right), right.size(), wrong);
    desk.write("holdfast.yaml", config);
    return with_alice(desk).run({"check"}).out;
  };
  for (const auto& [right, wrong] : {std::pair{"groups: [lead]", "groups: {}"},
                                     {"approvers:", "aprovers:"},
                                     {"plans: {default", "plan: {default"},
                                     {"from: [lead]", "from: [leed]"},
                                     {"plans: {default", "plans: {defalt"}}) {
    const std::string told = errors_of(right, wrong);
    EXPECT_THAT(told, HasSubstr("holdfast.yaml: 1 error, ")) << told;
  }
}

TEST(CheckCommand, AMissingVariableIsNamed) {
  Desk desk;
  desk.write("holdfast.yaml", kConfig);
  const Finished done = desk.run({"check"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out,
              StartsWith("holdfast.yaml:12:40: `approvers[0].token`: the environment variable ALICE_TOKEN is "
                         "not set\n"));
}

TEST(CheckCommand, AConstantWhoseVariableIsNotSetIsDeclaredAllTheSame) {
  Desk desk;
  desk.write("holdfast.yaml",
             "version: 1\ndata_dir: d\nupstreams: [{name: a, protocol: http, url: http://127.0.0.1:1, path: "
             "/a/}]\nenv: {STAGE: \"${HF_UNSET_STAGE}\"}\n"
             "rules: [{tool: \"a.*\", action: allow, when: {env.STAGE: prod}}]\n");
  const Finished done = desk.run({"check"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, StartsWith("holdfast.yaml:4:14: `env.STAGE`: the environment variable"));
  EXPECT_THAT(done.out, HasSubstr(": 1 error, 0 warnings"));
}

TEST(CheckCommand, ARuleIdThatCannotBeTakenIsToldOnce) {
  Desk desk;
  const std::string begin = "version: 1\ndata_dir: d\nupstreams: []\nrules:\n";
  for (const char* rules : {"  - {id: x, tool: a.b, action: deny}\n  - {id: x, tool: a.c, action: deny}\n",
                            "  - {id: default, tool: a.b, action: deny}\n"}) {
    desk.write("holdfast.yaml", begin + rules);
    EXPECT_THAT(desk.run({"check"}).out, HasSubstr(": 1 error, ")) << rules;
  }
}

TEST(CheckCommand, WhatIsWrongWithASummaryOrRedactIsToldWhereItStands) {
  Desk desk;
  const std::string begin =
      "version: 1\ndata_dir: d\nupstreams:\n  - name: a\n    protocol: http\n    url: http://127.0.0.1:1\n"
      "    path: /a/\n    tools:\n      - name: t\n        match: POST /t\n";
  desk.write("holdfast.yaml", begin + "        summary: \"Pay {\"\n");
  EXPECT_THAT(desk.run({"check"}).out, HasSubstr("holdfast.yaml:11:18: of the tool `a.t` `summary`"));
  desk.write("holdfast.yaml", begin + "        redact: [password]\n");
  EXPECT_THAT(desk.run({"check"}).out, HasSubstr("holdfast.yaml:11:17: of the tool `a.t` `redact`"));
}

TEST(CheckCommand, StrictMakesWarningsErrors) {
  Desk desk;
  desk.write("holdfast.yaml", "version: 1\ndata_dir: d\n");
  const Finished lenient = desk.run({"check"});
  EXPECT_EQ(lenient.exit, 0);
  EXPECT_THAT(lenient.out, StartsWith("holdfast.yaml:1:1: warning: there are no upstreams"));
  EXPECT_EQ(desk.run({"check", "--strict"}).exit, 1);
}

TEST(CheckCommand, AFileThatIsNotThereIsAMistake) {
  const Finished done = Desk().run({"check", "--config", "gone.yaml"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, StartsWith("gone.yaml: cannot be read: No such file or directory\n"));
}

TEST(CheckCommand, TheConfigurationIsFoundByItsVariable) {
  Desk desk;
  desk.write("elsewhere/mine.yaml", "version: 1\ndata_dir: d\nupstreams: []\n");
  desk.environment["HOLDFAST_CONFIG"] = "elsewhere/mine.yaml";
  const Finished done = desk.run({"check"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_THAT(done.out, StartsWith("elsewhere/mine.yaml: fine"));
}

}  // namespace
}  // namespace holdfast::app
