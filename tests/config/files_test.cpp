#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Files, ADirectoryIsMergedInNameOrder) {
  Folder folder;
  folder.write("20-more.yaml", "rules: [{id: second, tool: a.y, action: deny}]\nhold: {wait: 1s}\n");
  folder.write("10-base.yaml",
               "version: 1\ndata_dir: d\nupstreams: []\nhold: {max_wait: 9s}\nrules: [{id: first, tool: a.x, "
               "action: allow}]\n");
  folder.write("notes.txt", "not configuration");
  folder.write(".hidden.yaml", "default: allow");
  folder.write("deeper/30.yaml", "default: allow");
  const Loaded loaded = load(folder.root());
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  ASSERT_EQ(loaded.config->policy.rules.size(), 2U);
  EXPECT_EQ(loaded.config->policy.rules[0].id, "first");
  EXPECT_EQ(loaded.config->policy.rules[1].id, "second");
  EXPECT_EQ(loaded.config->proxy.hold.wait, std::chrono::seconds(1));
  EXPECT_EQ(loaded.config->proxy.hold.max_wait, std::chrono::seconds(9));
  EXPECT_EQ(loaded.config->policy.default_effect, Effect::deny);
  ASSERT_EQ(loaded.config->files.size(), 2U);
  EXPECT_EQ(loaded.config->files[0].name, "10-base.yaml");
  EXPECT_EQ(loaded.config->files[1].name, "20-more.yaml");
}

TEST(Files, AScalarThatTwoFilesSetNamesBothPlaces) {
  Folder folder;
  folder.write("a.yaml", "version: 1\ndata_dir: d\ndefault: deny\nhold: {wait: 1s}\n");
  folder.write("b.yaml", "# more\ndefault: allow\nhold: {wait: 1s}\nagents: {}\n");
  folder.write("c.yaml", "agents: [{id: a}]\n");
  EXPECT_THAT(
      folder.texts(load(folder.root()).problems),
      ElementsAre("b.yaml:2:10: `default` is set twice: the first is at a.yaml:3:10\n"
                  "    hint: write `default` in one of the files: only maps and lists are put together",
                  "b.yaml:3:14: `hold.wait` is set twice: the first is at a.yaml:4:14\n"
                  "    hint: write `hold.wait` in one of the files: only maps and lists are put together",
                  "c.yaml:1:9: `agents` is set twice: the first is at b.yaml:4:9\n"
                  "    hint: write `agents` in one of the files: only maps and lists are put together"));
}

TEST(Files, ProblemsOfSeveralFilesComeInTheirOrder) {
  Folder folder;
  folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\nlops: 1\n");
  folder.write("b.yaml", "hold: {wiat: 1s}\n");
  EXPECT_THAT(folder.texts(load(folder.root()).problems),
              ElementsAre("a.yaml:4:1: unknown key `lops`\n    hint: did you mean `loops`?",
                          "b.yaml:1:8: unknown key `wiat` in `hold`\n    hint: did you mean `wait`?"));
}

TEST(Files, WhatWouldBePassedOverInSilenceIsAProblem) {
  Folder folder;
  folder.write("a.yaml", "version: 1\ndata_dir: d\n");
  folder.write("deny-more.yml", "rules: [{tool: x.y, action: deny}]\n");
  EXPECT_THAT(
      folder.texts(load(folder.root()).problems),
      ElementsAre(
          "deny-more.yml: only *.yaml is read from a directory\n    hint: rename it, or move it away"));
}

TEST(Files, AMissingFileAndAnEmptyDirectoryAreProblems) {
  Folder folder;
  EXPECT_THAT(folder.texts(load(folder.root() / "gone.yaml").problems),
              ElementsAre("gone.yaml: cannot be read: No such file or directory\n"
                          "    hint: --config names another; without it HOLDFAST_CONFIG, ./holdfast.yaml and "
                          "/etc/holdfast/holdfast.yaml are looked for"));
  const Problems problems = load(folder.root()).problems;
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "there is no *.yaml in this directory");
}

TEST(Files, APathIsRelativeToTheFileThatNamesIt) {
  Folder folder;
  const Loaded loaded = load(folder.write("etc/a.yaml", "version: 1\ndata_dir: ../data\nupstreams: []\n"));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->receipts.data_dir, folder.root() / "data");
}

TEST(Files, PlacesAreFoundWithoutTheTokensTheRestNeeds) {
  Folder folder;
  const auto file = folder.write("a.yaml", kSmallest);  // ALICE_TOKEN is not set
  EXPECT_FALSE(load(file).config);
  const auto places = locate(file);
  ASSERT_TRUE(places) << places.error().detail;
  EXPECT_EQ(places->receipts.data_dir, folder.root() / "data");
  EXPECT_EQ(places->control.host + ":" + places->control.port, "127.0.0.1:8081");
  EXPECT_FALSE(locate(folder.write("b.yaml", "data_dir: [1]\n")));
}

TEST(Files, TheConfigurationIsTheOneNamedThenTheVariablesThenTheUsualPlaces) {
  EXPECT_EQ(find_config("mine.yaml"), "mine.yaml");
  const Environment environment({{"HOLDFAST_CONFIG", "/somewhere/else.yaml"}});
  EXPECT_EQ(find_config("mine.yaml"), "mine.yaml");
  EXPECT_EQ(find_config(""), "/somewhere/else.yaml");
}

}  // namespace
}  // namespace holdfast::config
