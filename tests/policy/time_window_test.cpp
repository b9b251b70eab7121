// Windows of the week, in UTC and in a zone whose clocks are told here. Those of tzdata: tests/config.
#include "policy/time_window.hpp"

#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

constexpr std::uint8_t kWorkdays = 0x1F, kSunday = 0x40;

// 2026-11-16 is a Monday.
WallTime monday(std::chrono::milliseconds since) {
  return sys_days(2026y / 11 / 16) + since;
}

TimeWindow window(std::uint8_t days, std::chrono::minutes begin, std::chrono::minutes end) {
  return {.days = days, .begin = begin, .end = end};
}

TEST(TimeWindow, BeginsWithItsFirstMomentAndIsOverWithItsLast) {
  const TimeWindow work = window(kWorkdays, 9h, 18h);
  EXPECT_EQ(is_within(work, monday(9h - 1ms)), N);
  EXPECT_EQ(is_within(work, monday(9h)), Y);
  EXPECT_EQ(is_within(work, monday(18h - 1ms)), Y);
  EXPECT_EQ(is_within(work, monday(18h)), N);
  EXPECT_EQ(is_within(work, monday(4 * 24h + 12h)), Y) << "Friday";
  EXPECT_EQ(is_within(work, monday(5 * 24h + 12h)), N) << "Saturday";
  EXPECT_EQ(is_within(work, monday(-12h)), N) << "Sunday";
}

TEST(TimeWindow, OverMidnightBelongsToTheDayOnWhichItBegins) {
  const TimeWindow night = window(kSunday, 22h, 6h);
  EXPECT_EQ(is_within(night, monday(-2h - 1ms)), N);
  EXPECT_EQ(is_within(night, monday(-2h)), Y) << "Sunday 22:00";
  EXPECT_EQ(is_within(night, monday(6h - 1ms)), Y) << "of Sunday still";
  EXPECT_EQ(is_within(night, monday(6h)), N);
  EXPECT_EQ(is_within(night, monday(23h)), N) << "Monday's night is another";
  EXPECT_EQ(is_within(night, monday(-24h + 3h)), N) << "Saturday's too";
  EXPECT_EQ(is_within(window(kSunday, 22h, 0h), monday(-1ms)), Y);
  EXPECT_EQ(is_within(window(kSunday, 22h, 0h), monday(0h)), N);
}

TEST(TimeWindow, WithoutTimesIsTheWholeDay) {
  EXPECT_EQ(is_within({.days = kSunday}, monday(-24h)), Y);
  EXPECT_EQ(is_within({.days = kSunday}, monday(-1ms)), Y);
  EXPECT_EQ(is_within({.days = kSunday}, monday(0h)), N);
  EXPECT_EQ(is_within({.days = kSunday}, sys_days(1969y / 12 / 28) + 5h), Y) << "before 1970, too";
}

TEST(TimeWindow, IsUnknownWithoutATimeAndWhereTheZoneIsNotKnown) {
  EXPECT_EQ(is_within({}, std::nullopt), U);
  auto clock = std::make_shared<ZoneClock>();
  clock->changes = {{sys_days(2026y / 11 / 16), 1h}, {sys_days(2026y / 11 / 17), 2h}};
  clock->known_to = sys_days(2026y / 11 / 18);
  TimeWindow there = window(TimeWindow::kEveryDay, 9h, 18h);
  there.clock = clock;
  EXPECT_EQ(is_within(there, monday(-1ms)), U);
  EXPECT_EQ(is_within(there, monday(8h)), Y) << "their clocks show nine";
  EXPECT_EQ(is_within(there, monday(8h - 1ms)), N);
  EXPECT_EQ(is_within(there, monday(24h + 7h)), Y);
  EXPECT_EQ(is_within(there, monday(48h - 1ms)), N);
  EXPECT_EQ(is_within(there, monday(48h)), U);
}

TEST(TimeWindow, IsAConditionLikeAnother) {
  Condition work;
  work.kind = Condition::Kind::time;
  work.time = window(kWorkdays, 9h, 18h);
  TestCall call("{\"one\":1}");
  call.call.now = monday(12h);
  EXPECT_EQ(says(work, call.call), Y);
  EXPECT_EQ(says(no(work), call.call), N);
  EXPECT_EQ(says(all({work, is("args.one", Operator::eq, "2")}), call.call), N);
  call.call.now = monday(20h);
  EXPECT_EQ(says(any({work, is("args.one", Operator::eq, "1")}), call.call), Y);
  EXPECT_EQ(says(work, call.call), N);
  call.call.now.reset();
  EXPECT_EQ(says(work, call.call), U);
  EXPECT_EQ(says(no(work), call.call), U);
}

}  // namespace
}  // namespace holdfast::policy
