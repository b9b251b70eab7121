#include "core/clock.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Rfc3339, WritesAndReadsMilliseconds) {
  const std::pair<std::int64_t, const char*> rows[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1'760'000'000'123, "2025-10-09T08:53:20.123Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
      {-1, "1969-12-31T23:59:59.999Z"},
  };
  for (const auto& [ms, text] : rows) {
    const WallTime time{Milliseconds{ms}};
    EXPECT_EQ(to_rfc3339(time), text);
    const auto parsed = parse_rfc3339(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, time);
  }
}

TEST(Rfc3339, TakesExactlyOneSpelling) {
  for (const char* text :
       {"", "2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.67Z", "2026-01-02t03:04:05.678Z",
        "2026-01-02T03:04:05.678z", "2026-01-02 03:04:05.678Z", "2026-01-02T03:04:05.678+",
        "2026-01-02T03:04:05.678Zx", "2026-02-29T03:04:05.678Z", "2026-13-01T03:04:05.678Z",
        "2026-00-01T03:04:05.678Z", "2026-01-02T24:04:05.678Z", "2026-01-02T03:60:05.678Z",
        "2026-01-02T03:04:60.678Z", " 026-01-02T03:04:05.678Z", "2026-01-02T03:04:+5.678Z",
        "2026-01-02T03:04:05.-78Z", "2026-1-002T03:04:05.678Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Clock, OfTheMachineGoesForward) {
  const SteadyTime before = system_clock().steady();
  EXPECT_LE(before, system_clock().steady());
  EXPECT_GT(unix_seconds(system_clock().wall()), 1'700'000'000);
}

TEST(Clock, TimesOfOneSecondAreWrittenAsEachIs) {
  Rfc3339 text;
  for (const std::int64_t start : {0L, 951'782'399'000L, 1'763'115'945'000L, 4'102'444'799'000L}) {
    for (const std::int64_t step : {0, 1, 9, 10, 99, 100, 999, 1'000, 999, 1'001, 86'400'000, 500}) {
      const WallTime time{Milliseconds{start + step}};
      EXPECT_EQ(text.of(time), to_rfc3339(time));
    }
  }
}

}  // namespace
}  // namespace holdfast
