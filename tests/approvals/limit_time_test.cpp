#include "approvals/limit_time.hpp"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.hpp"

namespace holdfast::approvals {
namespace {

using namespace std::chrono_literals;

class LimitTimes : public ::testing::Test {
 protected:
  std::int64_t passed() { return time_.now() - began_; }

  holdfast::test::ManualClock clock_;
  LimitTime time_{&clock_, std::nullopt};
  const std::int64_t began_ = time_.now();
};

TEST_F(LimitTimes, PassesAsSteadyTimeDoesWhateverTheWallClockIsSetTo) {
  clock_.advance(10s);
  EXPECT_EQ(passed(), 10'000);
  clock_.step_wall(24h);
  EXPECT_EQ(passed(), 10'000);
  clock_.step_wall(-48h);
  EXPECT_EQ(passed(), 10'000);
  clock_.advance(5s);
  EXPECT_EQ(passed(), 15'000);
}

TEST_F(LimitTimes, CountsTheTimeOfARestartBySteadyTime) {
  const LimitMark last = time_.mark();
  clock_.advance(60s);
  clock_.step_wall(24h);
  EXPECT_EQ(LimitTime(&clock_, last).now() - began_, 60'000);
}

TEST_F(LimitTimes, CountsTheTimeOfARebootByTheWallClock) {
  const LimitMark last = time_.mark();
  clock_.advance(60s);
  clock_.reboot();
  EXPECT_EQ(LimitTime(&clock_, last).now() - began_, 60'000);
}

TEST_F(LimitTimes, ANegativeTimeIsNoneAndFromThenOnItPasses) {
  const LimitMark last = time_.mark();
  clock_.step_wall(-1h);
  clock_.reboot();
  const LimitTime after(&clock_, last);
  EXPECT_EQ(after.now() - began_, 0);
  clock_.advance(7s);
  EXPECT_EQ(after.now() - began_, 7'000);
}

TEST_F(LimitTimes, NeverGoesBackOverManyStarts) {
  LimitMark last = time_.mark();
  for (const auto step : {0s, 3600s, -7200s, 5s}) {
    clock_.step_wall(step);
    if (step < 0s) clock_.reboot();
    const LimitTime started(&clock_, last);
    EXPECT_GE(started.now(), last.at);
    last = started.mark();
  }
}

}  // namespace
}  // namespace holdfast::approvals
