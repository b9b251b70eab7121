// Room that held calls take: once, their own until they have ended, and back when they were not sent.
#include <gmock/gmock.h>

#include "tests/approvals/limited.hpp"

namespace holdfast::approvals::test {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace holdfast::approvals::test
