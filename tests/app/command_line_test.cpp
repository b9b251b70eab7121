#include <gmock/gmock.h>

#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(CommandLine, TheVersionIsOneLine) {
  const Finished done = Desk().run({"--version"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_THAT(done.out, testing::MatchesRegex("holdfast [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, EveryCommandHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> commands = {{},
                                                          {"run"},
                                                          {"check"},
                                                          {"keys"},
                                                          {"keys", "init"},
                                                          {"keys", "show"},
                                                          {"approvals"},
                                                          {"approvals", "list"},
                                                          {"approvals", "show"},
                                                          {"approvals", "approve"},
                                                          {"approvals", "reject"},
                                                          {"halt"},
                                                          {"resume"},
                                                          {"receipts"},
                                                          {"receipts", "list"},
                                                          {"halt", "now"},
                                                          {"resume", "--force"},
                                                          {"receipts", "show"},
                                                          {"receipts", "verify"}};
  for (std::vector<std::string> words : commands) {
    words.emplace_back("--help");
    const Finished done = Desk().run(words);
    EXPECT_EQ(done.exit, 0) << words.front();
    EXPECT_THAT(done.out, AllOf(HasSubstr("Example:\n  holdfast "), HasSubstr("Usage: holdfast")));
    EXPECT_THAT(done.err, IsEmpty());
  }
}

TEST(CommandLine, WhatCannotBeUnderstoodIsUsageAndExitsWithTwo) {
  const std::string id = "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d";
  const std::vector<std::vector<std::string>> rows = {{},
                                                      {"fly"},
                                                      {"check", "--fast"},
                                                      {"check", "extra"},
                                                      {"check", "--config"},
                                                      {"keys"},
                                                      {"keys", "rotate"},
                                                      {"approvals"},
                                                      {"approvals", "show"},
                                                      {"approvals", "reject", id},
                                                      {"approvals", "list", "--status", "lost"},
                                                      {"approvals", "list", "--limit", "0"},
                                                      {"receipts", "show"},
                                                      {"receipts", "show", id, "--entry", "--proof"},
                                                      {"receipts", "verify", "--entry", "e"},
                                                      {"receipts", "verify", "--proof", "p"},
                                                      {"receipts", "verify", "--all", id},
                                                      {"receipts", "verify", id, "--since", "c"}};
  for (const auto& row : rows) {
    const Finished done = Desk().run(row);
    EXPECT_EQ(done.exit, 2) << testing::PrintToString(row);
    EXPECT_THAT(done.err, Not(IsEmpty())) << testing::PrintToString(row);
    EXPECT_THAT(done.out, IsEmpty()) << testing::PrintToString(row);
  }
}

TEST(CommandLine, ACommandThatIsNotThereIsNamedWithThoseThereAre) {
  const auto said = [](const std::vector<std::string>& words) { return Desk().run(words).err; };
  EXPECT_EQ(said({"chek", "--config", "x"}),
            "`chek` is no command of `holdfast`: did you mean `check`?\n"
            "Commands: run, check, config, policy, keys, approvals, halt, resume, receipts\n"
            "Run with --help for more information.\n");
  EXPECT_THAT(said({"zebra"}), StartsWith("`zebra` is no command of `holdfast`\nCommands: run, "));
  EXPECT_THAT(said({"policy", "explian"}),
              StartsWith("`explian` is no command of `holdfast policy`: did you mean `explain`?\n"
                         "Commands: test, explain, diff, lint\n"));
  EXPECT_THAT(said({"receipts"}), StartsWith("`holdfast receipts` needs a command\nCommands: list, "));
  EXPECT_THAT(said({"a\033[31mb"}), Not(HasSubstr("\033")));
  EXPECT_THAT(said({"check", "extra"}), HasSubstr("not expected: extra"));
}

TEST(CommandLine, RunWithABadConfigurationNamesTheLineAndExitsWithThree) {
  Desk desk;
  desk.write("holdfast.yaml", "version: 1\ndata_dir: d\nloops: many\n");
  const Finished done = desk.run({"run"});
  EXPECT_EQ(done.exit, 3);
  EXPECT_THAT(done.err, HasSubstr("holdfast.yaml:3:8: `loops` must be a whole number"));
}

}  // namespace
}  // namespace holdfast::app
