// By what step a configuration becomes another one: a rename over its file, or over a link on the way to it.
#include "config/standing.hpp"

#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class StandingOf : public testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return root / name; }
  // As `mv` and Kubernetes do it.
  void move_over(const std::string& from, const std::string& to) const { fs::rename(at(from), at(to)); }

  Folder folder;
  const fs::path root = fs::canonical(folder.root());
};

TEST_F(StandingOf, AFileIsAnotherOneAfterARenameAndTheSameAfterAWrite) {
  folder.write("a.yaml", "1");
  const Standing before = standing_of(at("a.yaml"));
  EXPECT_THAT(before.folders(), ElementsAre(root));
  folder.write("a.yaml", "22");
  EXPECT_EQ(standing_of(at("a.yaml")).identity, before.identity);
  folder.write("next", "333");
  move_over("next", "a.yaml");
  EXPECT_NE(standing_of(at("a.yaml")).identity, before.identity);
}

TEST_F(StandingOf, OnlyItsOwnNameExchangesAFile) {
  folder.write("a.yaml", "1");
  const Standing standing = standing_of(at("a.yaml"));
  EXPECT_TRUE(standing.may_exchange(root, "a.yaml"));
  EXPECT_FALSE(standing.may_exchange(root, "a.yaml~"));
  EXPECT_FALSE(standing.may_exchange(root, "b.yaml"));
  EXPECT_FALSE(standing.may_exchange(root / "sub", "a.yaml"));
}

TEST_F(StandingOf, EveryLinkOnTheWayIsWatchedWhereItStands) {
  folder.write("data/v1/a.yaml", "1");
  folder.write("data/v2/a.yaml", "2");
  fs::create_directory_symlink("v1", at("data/current"));
  fs::create_symlink("data/current/../current/a.yaml", at("a.yaml"));
  const Standing before = standing_of(at("a.yaml"));
  EXPECT_TRUE(before.may_exchange(root, "a.yaml"));
  EXPECT_TRUE(before.may_exchange(root / "data", "current"));
  EXPECT_TRUE(before.may_exchange(root / "data/v1", "a.yaml"));
  EXPECT_FALSE(before.may_exchange(root / "data/v2", "a.yaml"));
  fs::create_directory_symlink(at("data/v2"), at("data/next"));
  move_over("data/next", "data/current");
  const Standing after = standing_of(at("a.yaml"));
  EXPECT_NE(after.identity, before.identity);
  EXPECT_TRUE(after.may_exchange(root / "data/v2", "a.yaml"));
}

TEST_F(StandingOf, ADirectoryIsEveryYamlInItAndTheLinksBehindThem) {
  folder.write("conf/10.yaml", "1");
  folder.write("elsewhere/20.yaml", "2");
  fs::create_symlink(at("elsewhere/20.yaml"), at("conf/20.yaml"));
  folder.write("conf/.hidden.yaml", "");
  folder.write("conf/note.txt", "");
  const Standing before = standing_of(at("conf"));
  ASSERT_EQ(before.identity.size(), 2U);
  EXPECT_EQ(before.identity[0].name + before.identity[1].name, "10.yaml20.yaml");
  EXPECT_TRUE(before.may_exchange(root / "conf", "30.yaml")) << "a new one";
  EXPECT_FALSE(before.may_exchange(root / "conf", ".next.yaml"));
  EXPECT_FALSE(before.may_exchange(root / "conf", "note.txt"));
  EXPECT_TRUE(before.may_exchange(root / "elsewhere", "20.yaml"));
  EXPECT_TRUE(before.may_exchange(root, "conf")) << "the directory itself";
  folder.write("elsewhere/next", "3");
  move_over("elsewhere/next", "elsewhere/20.yaml");
  EXPECT_NE(standing_of(at("conf")).identity, before.identity);
}

TEST_F(StandingOf, WhatItIncludesAndTheLinksToThatExchangeItToo) {
  folder.write("a.yaml", "1");
  folder.write("apis/real.json", "{}");
  fs::create_symlink("apis/real.json", at("api.json"));
  const Standing before = standing_of(at("a.yaml"), {at("api.json")});
  EXPECT_TRUE(before.may_exchange(root, "api.json"));
  EXPECT_TRUE(before.may_exchange(root / "apis", "real.json"));
  EXPECT_FALSE(before.may_exchange(root / "apis", "other.json"));
  EXPECT_THAT(before.folders(), ElementsAre(root, root / "apis"));
  folder.write("apis/next", "[]");
  EXPECT_EQ(standing_of(at("a.yaml"), {at("api.json")}).identity, before.identity);
  move_over("apis/next", "apis/real.json");
  EXPECT_NE(standing_of(at("a.yaml"), {at("api.json")}).identity, before.identity);
}

TEST_F(StandingOf, WhatIsNotThereAndWhatLeadsNowhereHasAnIdentityToo) {
  const Standing nothing = standing_of(at("a.yaml"));
  ASSERT_EQ(nothing.identity.size(), 1U);
  EXPECT_TRUE(nothing.may_exchange(root, "a.yaml"));
  fs::create_symlink("a.yaml", at("a.yaml"));
  EXPECT_EQ(standing_of(at("a.yaml")).identity, nothing.identity) << "a circle ends";
  folder.write("next", "1");
  move_over("next", "a.yaml");
  EXPECT_NE(standing_of(at("a.yaml")).identity, nothing.identity);
}

}  // namespace
}  // namespace holdfast::config
