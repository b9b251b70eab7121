#include "tests/lint/text_rules.hpp"

#include <gtest/gtest.h>

namespace holdfast::lint {
namespace {

TEST(TextRules, AToDoNamesItsIssue) {
  const std::string word =
      "TO"
      "DO";
  EXPECT_TRUE(check_todo({"a.md", word + "(#7): later\n"}).empty());
  EXPECT_FALSE(check_todo({"a.md", "first\n// " + word + ": later\n"}).empty());
  EXPECT_EQ(check_todo({"a.md", "first\n// " + word + "\n"}).front().line, 2);
}

TEST(TextRules, NoMachinePathsAndNoHostsInLockFiles) {
  EXPECT_TRUE(check_machine_paths({"a.md", "see /etc/holdfast/holdfast.yaml\n"}).empty());
  EXPECT_FALSE(check_machine_paths({"a.md", std::string("cd /ho") + "me/ada/holdfast\n"}).empty());
  EXPECT_FALSE(
      check_machine_paths({"t/package-lock.json", "\"resolved\": \"https://host/x.tgz\"\n"}).empty());
  EXPECT_TRUE(check_machine_paths({"t/package-lock.json", "\"integrity\": \"sha512-x\"\n"}).empty());
}

TEST(TextRules, SnippetsAreFilesOfExamples) {
  const std::vector<SourceFile> files{{"examples/a.yaml", "version: 1\n"}, {"other/b.yaml", "version: 2\n"}};
  EXPECT_TRUE(check_snippets({"README.md", "text\n```yaml\nversion: 1\n```\n"}, files).empty());
  EXPECT_FALSE(check_snippets({"README.md", "text\n```yaml\nversion: 3\n```\n"}, files).empty());
  EXPECT_FALSE(check_snippets({"README.md", "text\n```yaml\nversion: 2\n```\n"}, files).empty());
}

}  // namespace
}  // namespace holdfast::lint
