// The house rules, held against the tree as it is.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/lint/attacks_page.hpp"
#include "tests/lint/code_rules.hpp"
#include "tests/lint/coroutine_rules.hpp"
#include "tests/lint/floor_plan.hpp"
#include "tests/lint/limits_page.hpp"
#include "tests/lint/text_rules.hpp"

namespace holdfast::lint {
namespace {

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree(HOLDFAST_SOURCE_DIR);
  return files;
}

FloorPlan declared_plan() {
  std::ifstream in(HOLDFAST_FLOOR_PLAN);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return parse_floor_plan(text);
}

template <class Check>
void expect_clean(const Check& check) {
  Findings all;
  for (const SourceFile& file : tree()) {
    const Findings found = check(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  EXPECT_TRUE(all.empty()) << to_text(all);
}

TEST(House, TheDeclaredFloorPlanIsTheDrawnOne) {
  const FloorPlan plan = declared_plan();
  EXPECT_EQ(plan.size(), 11U);
  const Findings found = check_plan(plan);
  EXPECT_TRUE(found.empty()) << to_text(found);
}

TEST(House, NoLayerIncludesWhatTheFloorPlanDoesNotAllow) {
  const FloorPlan plan = declared_plan();
  expect_clean([&plan](const SourceFile& file) { return check_includes(plan, file); });
}

TEST(House, CodeKeepsTheHouseRules) {
  expect_clean([](const SourceFile& file) { return is_code(file.path) ? check_code(file) : Findings{}; });
}

TEST(House, EveryCoroutineThatMayBorrowDoes) {
  const Findings found = check_borrowers(tree());
  EXPECT_TRUE(found.empty()) << to_text(found);
}

TEST(House, ScriptsAreNoLongerThanCode) {
  expect_clean(
      [](const SourceFile& file) { return file.path.ends_with(".mjs") ? check_length(file) : Findings{}; });
}

TEST(House, EveryToDoNamesItsIssue) {
  expect_clean(check_todo);
}

TEST(House, NoFileNamesSomebodysMachine) {
  expect_clean(check_machine_paths);
}

TEST(House, EverySnippetOfTheReadmeIsAFileThatATestRuns) {
  std::size_t pages = 0;
  expect_clean([&pages](const SourceFile& file) {
    if (file.path != "README.md") return Findings{};
    ++pages;
    EXPECT_NE(file.text.find("```yaml\n"), std::string::npos);
    return check_snippets(file, tree());
  });
  EXPECT_EQ(pages, 1U);
}

TEST(House, EveryAttackOfThePageHasItsTest) {
  std::size_t pages = 0;
  expect_clean([&pages](const SourceFile& file) {
    if (file.path != "docs/attacks.md") return Findings{};
    ++pages;
    return check_attacks(file, tree());
  });
  EXPECT_EQ(pages, 1U);
}

TEST(House, EveryLimitOfTheReferenceHasItsTest) {
  const SourceFile* page = nullptr;
  const SourceFile* reference = nullptr;
  for (const SourceFile& file : tree()) {
    if (file.path == "docs/limits.md") page = &file;
    if (file.path == "docs/reference.yaml") reference = &file;
  }
  ASSERT_NE(page, nullptr);
  ASSERT_NE(reference, nullptr);
  const Findings found = check_limits(*page, *reference, tree());
  EXPECT_TRUE(found.empty()) << to_text(found);
  EXPECT_GT(limits_of(*reference).size(), 20U);
}

}  // namespace
}  // namespace holdfast::lint
