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
  made.call.context = "{}";
  made.by = clock.wall() + seconds(10);
  made.by_steady = clock.steady() + seconds(10);
  return made;
}

void add(OpenChecks& open, OpenCheck check) {
  auto place = open.reserve();
  ASSERT_TRUE(place);
  open.add(std::move(*place), std::move(check));
}

TEST(OpenChecks, OneIsTakenOnce) {
  test::ManualClock clock;
  OpenChecks open;
  add(open, check(clock, "a"));
  const auto taken = open.take("a");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->call.args + taken->call.context, "") << "kept is what its receipt says";
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
  add(open, std::move(held));
  EXPECT_FALSE(open.take("call"));
  EXPECT_TRUE(open.take("approval"));
}

TEST(OpenChecks, ItsTimeIsOverByEitherClock) {
  test::ManualClock clock;
  OpenChecks open;
  add(open, check(clock, "a"));
  clock.advance(seconds(9));
  EXPECT_TRUE(open.take_late(clock).empty());
  clock.advance(seconds(1));
  ASSERT_EQ(open.take_late(clock).size(), 1U);
  EXPECT_TRUE(open.take_late(clock).empty());

  add(open, check(clock, "b"));
  clock.step_wall(seconds(-3600));
  EXPECT_TRUE(open.take_late(clock).empty());
  clock.advance(seconds(10));
  EXPECT_EQ(open.take_late(clock).size(), 1U) << "a clock that is set back gives no more time";
  add(open, check(clock, "c"));
  clock.step_wall(seconds(10));
  EXPECT_EQ(open.take_late(clock).size(), 1U);
}

TEST(OpenChecks, ThereAreNoMoreThanSoMany) {
  test::ManualClock clock;
  OpenChecks open;
  for (std::size_t i = 0; i < OpenChecks::kMost; ++i)
    add(open, check(clock, std::to_string(i)));
  EXPECT_FALSE(open.reserve());
  ASSERT_TRUE(open.take("0"));
  EXPECT_TRUE(open.reserve());
}

// Each waits for the log between the look and the entry: two that looked at once must not both find the last
// place.
TEST(OpenChecks, APlaceIsTakenBeforeItIsUsedAndGoneWithItsOwner) {
  test::ManualClock clock;
  OpenChecks open;
  for (std::size_t i = 1; i < OpenChecks::kMost; ++i)
    add(open, check(clock, std::to_string(i)));
  {
    auto last = open.reserve();
    ASSERT_TRUE(last);
    EXPECT_FALSE(open.reserve());
    open.add(std::move(*last), check(clock, "last"));
    EXPECT_FALSE(open.reserve());
  }
  ASSERT_TRUE(open.take("last"));
  {
    const auto given_up = open.reserve();
    EXPECT_TRUE(given_up);
  }
  EXPECT_TRUE(open.reserve()) << "what came to nothing gives its place back";
}

}  // namespace
}  // namespace holdfast::pdp
