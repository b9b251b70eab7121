#include "pdp/open_checks.hpp"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.hpp"

namespace holdfast::pdp {
namespace {

using std::chrono::seconds;

OpenCheck check(const test::ManualClock& clock, std::string call) {
  OpenCheck made;
  made.call.call_id = std::move(call);
  made.call.args = "{}";
  made.by = clock.wall() + seconds(10);
  made.by_steady = clock.steady() + seconds(10);
  return made;
}

TEST(OpenChecks, OneIsTakenOnce) {
  test::ManualClock clock;
  OpenChecks open;
  open.add(check(clock, "a"));
  const auto taken = open.take("a");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->call.args, "") << "kept is what its receipt says";
  EXPECT_FALSE(open.take("a"));
  EXPECT_FALSE(open.take("b"));
}

TEST(OpenChecks, WhatWasHeldGoesByItsApproval) {
  test::ManualClock clock;
  OpenChecks open;
  OpenCheck held = check(clock, "call");
  auto hold = std::make_shared<approvals::Hold>();
  hold->id = "approval";
  held.hold = hold;
  open.add(std::move(held));
  EXPECT_FALSE(open.take("call"));
  EXPECT_TRUE(open.take("approval"));
}

TEST(OpenChecks, ItsTimeIsOverByEitherClock) {
  test::ManualClock clock;
  OpenChecks open;
  open.add(check(clock, "a"));
  clock.advance(seconds(9));
  EXPECT_TRUE(open.take_late(clock).empty());
  clock.advance(seconds(1));
  ASSERT_EQ(open.take_late(clock).size(), 1U);
  EXPECT_TRUE(open.take_late(clock).empty());

  open.add(check(clock, "b"));
  clock.step_wall(seconds(-3600));
  EXPECT_TRUE(open.take_late(clock).empty());
  clock.advance(seconds(10));
  EXPECT_EQ(open.take_late(clock).size(), 1U) << "a clock that is set back gives no more time";
  open.add(check(clock, "c"));
  clock.step_wall(seconds(10));
  EXPECT_EQ(open.take_late(clock).size(), 1U);
}

TEST(OpenChecks, ThereAreNoMoreThanSoMany) {
  test::ManualClock clock;
  OpenChecks open;
  for (std::size_t i = 0; i < OpenChecks::kMost; ++i) {
    ASSERT_FALSE(open.full());
    open.add(check(clock, std::to_string(i)));
  }
  EXPECT_TRUE(open.full());
  ASSERT_TRUE(open.take("0"));
  EXPECT_FALSE(open.full());
}

}  // namespace
}  // namespace holdfast::pdp
