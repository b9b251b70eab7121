#include "tests/lint/attacks_page.hpp"

#include <gmock/gmock.h>

namespace holdfast::lint {
namespace {

const std::vector<SourceFile>& tests() {
  static const std::vector<SourceFile> files{
      {"tests/policy/a_test.cpp", "TEST(Attacks, NoSpelling) {}\nTEST_F(House, HasADoor) {}\n"},
      {"tests/scenarios/attacks-a.mjs",
       "test('a gzip body', async () => {\n});\ntest(\"an agent's vote\", () => {});\n"},
      {"policy/a.cpp", "TEST(Not, ATest)"},
  };
  return files;
}

Findings findings(const std::string& rows) {
  const std::string both = "| gzip | refused | `attacks-a: a gzip body` `attacks-a: an agent's vote` |\n";
  return check_attacks(
      {"docs/attacks.md", "text\n\n| attack | what | shown |\n|---|---|---|\n" + both + rows}, tests());
}

TEST(AttacksPage, NamesTestsThatExist) {
  EXPECT_TRUE(findings("").empty());
  EXPECT_TRUE(findings("| a | b | `Attacks.NoSpelling`, `House.HasADoor` |\n").empty());
  EXPECT_TRUE(findings("| a | b | not yet: there is no dashboard |\n\ntext about `Nothing.AtAll`\n").empty());
}

TEST(AttacksPage, AnyOtherNameIsFound) {
  for (const char* name : {"Attacks.NoSpellin", "Attack.NoSpelling", "Not.ATest", "NoSpelling",
                           "attacks-a: a gzip", "attacks-b: a gzip body", "a gzip body"}) {
    const Findings found = findings(std::string("| a | b | `") + name + "` |\n");
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found.front().line, 6) << name;
  }
  EXPECT_EQ(findings("| a | b | later |\n").size(), 1U);
}

TEST(AttacksPage, EveryAttackHasItsRow) {
  const Findings found = check_attacks({"docs/attacks.md", "| a | b | c |\n|---|---|---|\n"}, tests());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found.front().message, testing::HasSubstr("a gzip body"));
}

}  // namespace
}  // namespace holdfast::lint
