// Room in limits as the desk gives it away: never more than there is, over restarts and steps of the clock,
// and back when a call was not sent.
#include <gmock/gmock.h>

#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/full_disk.hpp"

namespace holdfast::approvals::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

Draw calls(const std::string& max = "3", std::string window = "rule\ncalls\nagent\nbot") {
  return {std::move(window), "rule", "1", max, 1h, Effect::deny};
}
Draw sum(const std::string& amount, const std::string& max = "1000") {
  return {"rule\nargs.amount\nagent\nbot", "rule", amount, max, 1h, Effect::deny};
}

class Limited : public House {
 protected:
  // Takes room for another call, named in their order: call-1, call-2 ...
  bool take(const Draw& draw) { return take(std::vector{draw}); }
  bool take(const std::vector<Draw>& draws) {
    last = desk->reserve({"call-" + std::to_string(++count), "bot", "", draws});
    EXPECT_TRUE(last) << last.error().detail;
    return last && !last->held && last->room.lacking.empty();
  }
  int take_all(const Draw& draw) {
    int taken = 0;
    while (take(draw))
      ++taken;
    return taken;
  }
  Attached hold(const std::string& key, const Draw& draw) {
    HeldCall call = payment(key);
    call.call_id = "held-" + key;
    call.draws = {draw};
    return attach(call);
  }
  bool refused(const std::string& key, const Draw& draw) {
    HeldCall call = payment(key);
    call.call_id = "held-" + key;
    call.draws = {draw};
    const auto attached = desk->attach(call, [](HoldPtr) {});
    return !attached && attached.error().code == Code::limited && attached.error().lacking == call.draws;
  }

  int count = 0;
  Result<Reserved> last;
};

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

TEST_F(Limited, AHeldCallTakesRoomOnceHoweverOftenItIsAskedForAndUsed) {
  const Attached first = hold("a", calls("1"));
  EXPECT_TRUE(refused("b", calls("1")));
  EXPECT_FALSE(take(calls("1")));
  EXPECT_EQ(hold("a", calls("1")).hold->id, first.hold->id) << "the identical call joins its hold";
  const auto approved = approve(first.hold->id, "bob");
  ASSERT_TRUE(approved);
  restart();
  ASSERT_TRUE(desk->attach(payment("a"), [](HoldPtr) {}));
  ASSERT_TRUE(desk->release(first.hold->id, desk->find(first.hold->id)->version));
  ASSERT_TRUE(desk->finish(first.hold->id, Ending::succeeded, std::nullopt, false));
  EXPECT_TRUE(refused("b", calls("1")));
}

TEST_F(Limited, TheRoomOfAHeldCallIsItsOwnUntilItEndsAndCountsFromThen) {
  options.timeout = 24h;
  desk->set_options(options);
  const Attached held = hold("a", calls("1"));
  clock.advance(2h);
  EXPECT_TRUE(refused("b", calls("1"))) << "or both would be sent within the hour";
  const auto approved = approve(held.hold->id, "bob");
  ASSERT_TRUE(approved);
  ASSERT_TRUE(desk->release(held.hold->id, (*approved)->version));
  clock.advance(2h);
  EXPECT_TRUE(refused("b", calls("1"))) << "it is under way, or its release is undone";
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, std::nullopt, false));
  clock.advance(1h - 1ms);
  EXPECT_TRUE(refused("b", calls("1")));
  clock.advance(1ms);
  EXPECT_FALSE(refused("b", calls("1")));
}

TEST_F(Limited, AHoldThatEndsUnsentGivesItsRoomBack) {
  const auto held = [this](const std::string& key) { return hold(key, calls("1")).hold->id; };
  ASSERT_TRUE(reject(held("rejected"), "bob"));
  ASSERT_TRUE(desk->end(held("cancelled"), Status::cancelled, "no"));
  ASSERT_TRUE(desk->end(held("changed"), Status::policy_changed, "no"));
  held("expired");
  clock.advance(1h);
  desk->tick();
  for (const Ending ending : {Ending::upstream_failed, Ending::halted}) {
    const std::string id = held(std::string(to_string(ending)));
    ASSERT_TRUE(desk->release(id, (*approve(id, "bob"))->version));
    ASSERT_TRUE(desk->finish(id, ending, std::nullopt, false));
  }
  const std::string unknown = held("unknown");
  ASSERT_TRUE(desk->release(unknown, (*approve(unknown, "bob"))->version));
  ASSERT_TRUE(desk->finish(unknown, Ending::outcome_unknown, std::nullopt, false));
  EXPECT_TRUE(refused("after", calls("1")));
}

// A hold that could not be read again would keep the desk from starting.
TEST_F(Limited, AHoldIsReadAgainHoweverLongTheAmountIsWritten) {
  const auto held = hold("long", sum("1e" + std::string(2U << 20U, '0')));
  ASSERT_NE(held.hold, nullptr);
  restart();
  EXPECT_NE(desk->find(held.hold->id), nullptr);
}

TEST_F(Limited, AReleaseThatIsUndoneWaitsAgain) {
  const Attached held = hold("a", calls("1"));
  ASSERT_TRUE(desk->release(held.hold->id, (*approve(held.hold->id, "bob"))->version));
  ASSERT_TRUE(desk->unrelease(held.hold->id));
  clock.advance(10min);
  ASSERT_TRUE(desk->release(held.hold->id, desk->find(held.hold->id)->version));
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, std::nullopt, false));
  clock.advance(55min);
  EXPECT_TRUE(refused("b", calls("1")));
}

TEST_F(Limited, TheRoomOfAReleaseIsGivenToNobodyWhileItMayBeUndone) {
  const Attached held = hold("a", calls("1"));
  ASSERT_TRUE(desk->release(held.hold->id, (*approve(held.hold->id, "bob"))->version));
  clock.advance(1h);
  desk->tick();  // what is over is forgotten
  EXPECT_FALSE(take(calls("1"))) << "it would be one too many";
  ASSERT_TRUE(desk->unrelease(held.hold->id));
  EXPECT_FALSE(take(calls("1"))) << "the call is still to be sent";
  desk->tick();  // nobody claimed it in time
  EXPECT_EQ(take_all(calls("1")), 1);
}

TEST_F(Limited, ACallThatIsHeldAlreadyDoesNotTakeRoomBesideItsHold) {
  const Attached held = hold("a", sum("900"));
  const auto asked = desk->reserve({"call-x", "bot", "a", {calls()}});
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->held);
  ASSERT_TRUE(reject(held.hold->id, "bob"));
  EXPECT_TRUE(desk->reserve({"call-y", "bot", "a", {calls()}})->held) << "its rejection is repeated";
  clock.advance(options.cooldown);
  EXPECT_FALSE(desk->reserve({"call-z", "bot", "a", {calls()}})->held);
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
