// Room in limits as the desk gives it away: never more than there is, over restarts and steps of the clock,
// and back when a call was not sent.
#include <gmock/gmock.h>

#include "tests/approvals/full_disk.hpp"
#include "tests/approvals/limited.hpp"

namespace holdfast::approvals::test {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

TEST_F(Limited, OfThreeCallsAnHourTheFourthHasNoRoomAndOneComesWithTheHour) {
  EXPECT_TRUE(take(calls()));
  clock.advance(10min);
  EXPECT_EQ(take_all(calls()), 2);
  EXPECT_EQ(last->room.retry_after, 50min);
  clock.advance(50min - 1ms);
  EXPECT_FALSE(take(calls()));
  clock.advance(1ms);
  EXPECT_EQ(take_all(calls()), 1) << "the window slides: the other two are still in it";
  clock.advance(10min);
  EXPECT_EQ(take_all(calls()), 2);
}

TEST_F(Limited, ASumIsExact) {
  EXPECT_EQ(take_all(sum("0.1", "1")), 10) << "ten tenths are one, and nothing is left";
  EXPECT_FALSE(take(sum("1e-400", "1")));
  EXPECT_TRUE(take(sum("0", "1"))) << "nothing takes no room";
}

TEST_F(Limited, WhatDoesNotFitLeavesTheRoomToWhatDoes) {
  EXPECT_TRUE(take(sum("900")));
  EXPECT_FALSE(take(sum("100.01")));
  EXPECT_TRUE(take(sum("100")));
}

TEST_F(Limited, RetryAfterIsWhenEnoughIsFree) {
  EXPECT_TRUE(take(sum("500")));
  clock.advance(10min);
  EXPECT_TRUE(take(sum("400")));
  clock.advance(10min);
  EXPECT_FALSE(take(sum("150")));
  EXPECT_EQ(last->room.retry_after, 40min) << "when the five hundred are gone";
  EXPECT_FALSE(take(sum("700")));
  EXPECT_EQ(last->room.retry_after, 50min) << "when both are";
  EXPECT_FALSE(take(sum("1001")));
  EXPECT_EQ(last->room.retry_after, 1h) << "never";
}

// A window may have kMostSpends of them: nobody reads them all for one refusal.
TEST_F(Limited, RetryAfterIsAWholeWindowWhenItTakesMoreSpendsThanAreLookedAt) {
  EXPECT_EQ(take_all(sum("1", "1100")), 1100);
  clock.advance(10min);
  EXPECT_FALSE(take(sum("1000", "1100")));
  EXPECT_EQ(last->room.retry_after, 50min);
  EXPECT_FALSE(take(sum("1001", "1100")));
  EXPECT_EQ(last->room.retry_after, 1h);
}

// 08-attacks: a limit refilled by a negative amount.
TEST_F(Limited, ANegativeAmountRefillsNothing) {
  EXPECT_TRUE(take(sum("1000")));
  for (const char* amount : {"-1000", "-0.01", "", "abc", "1e401"})
    EXPECT_FALSE(take(sum(amount))) << amount;
  EXPECT_FALSE(take(sum("1")));
}

TEST_F(Limited, EachWindowHasItsOwnRoomAndACallTakesOfAllOrOfNone) {
  const Draw other = calls("1", "other\ncalls\nglobal");
  EXPECT_TRUE(take({calls(), other}));
  EXPECT_FALSE(take({calls(), other}));
  EXPECT_THAT(last->room.lacking, testing::ElementsAre(other));
  EXPECT_EQ(take_all(calls()), 2) << "the refused call has taken nothing";
}

// 08-attacks: a limit of 2 per hour that allows the third call after a restart.
TEST_F(Limited, ALimitOfTwoPerHourDoesNotAllowTheThirdCallAfterARestart) {
  EXPECT_EQ(take_all(calls("2")), 2);
  restart();
  EXPECT_FALSE(take(calls("2")));
  clock.advance(59min);
  restart();
  EXPECT_FALSE(take(calls("2")));
  clock.advance(1min);
  EXPECT_EQ(take_all(calls("2")), 2);
}

TEST_F(Limited, AStepOfTheWallClockFreesNothingAndKeepsNothing) {
  EXPECT_EQ(take_all(calls()), 3);
  clock.step_wall(48h);
  EXPECT_FALSE(take(calls()));
  restart();
  EXPECT_FALSE(take(calls()));
  clock.step_wall(-96h);
  clock.advance(1h);
  EXPECT_EQ(take_all(calls()), 3);
}

TEST_F(Limited, ARebootWithAClockSetBackKeepsWhatWasTakenAndNotForEver) {
  EXPECT_EQ(take_all(calls()), 3);
  clock.step_wall(-24h);
  clock.reboot();
  restart();
  EXPECT_FALSE(take(calls()));
  clock.advance(1h);
  EXPECT_EQ(take_all(calls()), 3);
}

TEST_F(Limited, WhatWasNotSentComesBackOnceAndWhatWasSentDoesNot) {
  EXPECT_EQ(take_all(calls()), 3);
  desk->settle_reservation("call-1", false);
  desk->settle_reservation("call-1", false);
  desk->settle_reservation("call-2", true);
  EXPECT_EQ(take_all(calls()), 1);
  EXPECT_THAT(*desk->unsettled(), SizeIs(2)) << "call-3 and the newest";
  restart();
  EXPECT_FALSE(take(calls()));
}

TEST_F(Limited, TheNewNumbersOfAReloadCountWhatWasTakenUnderTheOldOnes) {
  EXPECT_EQ(take_all(calls("3")), 3);
  EXPECT_EQ(take_all(calls("5")), 2);
  EXPECT_FALSE(take(calls("4")));
  Draw shorter = calls("5");
  shorter.per = 1min;
  clock.advance(1min);
  EXPECT_TRUE(take(shorter));
}

TEST_F(Limited, ATimeThatIsMadeShorterAndLongerAgainForgetsNothing) {
  EXPECT_EQ(take_all(calls()), 3);
  clock.advance(10min);
  Draw shorter = calls();
  shorter.per = 1min;
  EXPECT_TRUE(take(shorter));
  desk->tick();
  restart();
  EXPECT_FALSE(take(calls()));
  clock.advance(50min);
  EXPECT_EQ(take_all(calls()), 2);
}

TEST_F(Limited, ADiskThatIsFullGivesNothingAway) {
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->reserve({"call-x", "bot", "", {calls("1")}}), Code::unavailable, "approvals store");
  }
  EXPECT_EQ(take_all(calls("1")), 1);
}

TEST_F(Limited, InAGroupThatCannotBeCommittedNothingIsTaken) {
  std::vector<Operation> operations;
  int taken = 0;
  for (int i = 0; i < 4; ++i) {
    auto result = std::make_shared<Result<Reserved>>();
    operations.push_back({[this, result, i] {
                            *result =
                                desk->reserve({"grouped-" + std::to_string(i), "bot", "", {calls("2")}});
                          },
                          [&taken, result] { taken += *result && (*result)->room.lacking.empty() ? 1 : 0; }});
  }
  std::size_t next = 0;
  desk->carry_out([&]() -> std::optional<Operation> {
    return next < operations.size() ? std::optional(operations[next++]) : std::nullopt;
  });
  EXPECT_EQ(taken, 2) << "in one transaction each sees what the others took";
  EXPECT_FALSE(take(calls("2")));
}

TEST_F(Limited, WhatCountsNoMoreIsForgotten) {
  EXPECT_EQ(take_all(calls()), 3);
  EXPECT_TRUE(take(calls("1", "another\ncalls\nglobal")));
  clock.advance(2h);
  desk->tick();
  EXPECT_EQ(take_all(calls()), 3);
}

}  // namespace
}  // namespace holdfast::approvals::test
