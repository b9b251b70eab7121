#include "core/problem.hpp"

#include <gtest/gtest.h>

#include "core/ending.hpp"

namespace holdfast {
namespace {

TEST(Problem, IsWrittenWithItsPlaceAndItsHint) {
  EXPECT_EQ(
      to_text({Severity::error, {"holdfast.yaml", 3, 5}, "unknown key `ruls`", "did you mean `rules`?"}),
      "holdfast.yaml:3:5: unknown key `ruls`\n    hint: did you mean `rules`?");
  EXPECT_EQ(to_text({Severity::warning, {"holdfast.yaml", 3, 5}, "never reached", ""}),
            "holdfast.yaml:3:5: warning: never reached");
  EXPECT_EQ(to_text({Severity::error, {"holdfast.yaml", 0, 0}, "cannot be read", ""}),
            "holdfast.yaml: cannot be read");
}

TEST(Problem, WarningsAreNoErrors) {
  EXPECT_FALSE(has_error({}));
  EXPECT_FALSE(has_error({{Severity::warning, {}, "w", ""}}));
  EXPECT_TRUE(has_error({{Severity::warning, {}, "w", ""}, {Severity::error, {}, "e", ""}}));
}

TEST(Ending, EveryNameReadsBackAndIsItsOwn) {
  for (int i = 0; i <= static_cast<int>(Ending::outcome_unknown); ++i) {
    const auto ending = static_cast<Ending>(i);
    EXPECT_EQ(parse_ending(to_string(ending)), ending);
  }
  EXPECT_EQ(to_string(Ending::policy_denied), "policy_denied");
  EXPECT_EQ(to_string(Ending::outcome_unknown), "outcome_unknown");
  EXPECT_FALSE(parse_ending("Rejected"));
  EXPECT_FALSE(parse_ending(""));
}

}  // namespace
}  // namespace holdfast
