// Labels that agents collect: durable before anybody judges by them, and off after their time.
#include <gmock/gmock.h>

#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/full_disk.hpp"

namespace holdfast::approvals::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class Labelled : public WitnessedHouse {
 protected:
  // As the judge sees them.
  std::vector<std::string> seen(const std::string& agent = "bot") {
    std::vector<std::string> labels;
    const SeenLabels all = desk->labels().of(agent);
    if (all == nullptr) return labels;
    for (const SeenLabel& one : *all)
      if (clock.steady() < one.until) labels.push_back(one.label);
    return labels;
  }
};

TEST_F(Labelled, ALabelSticksToItsAgentAndToNoOther) {
  ASSERT_TRUE(desk->add_labels("bot", {"private", "pii"}));
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
  EXPECT_THAT(seen(), ElementsAre("pii", "private"));
  EXPECT_THAT(seen("other"), IsEmpty());
}

// 08-attacks: labels washed off by a new session, or by a restart.
TEST_F(Labelled, ARestartWashesNothingOff) {
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
  restart();
  EXPECT_THAT(seen(), ElementsAre("private"));
  clock.step_wall(48h);
  restart();
  EXPECT_THAT(seen(), ElementsAre("private"));
  clock.step_wall(-96h);
  clock.reboot();
  restart();
  EXPECT_THAT(seen(), ElementsAre("private"));
}

TEST_F(Labelled, ALabelFallsOffAfterItsTimeAndNotBeforeWhateverTheWallClockSays) {
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
  clock.step_wall(48h);
  clock.advance(23h);
  EXPECT_THAT(seen(), ElementsAre("private"));
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
  clock.advance(24h - 1ms);
  EXPECT_THAT(seen(), ElementsAre("private")) << "the second call counts";
  clock.advance(1ms);
  EXPECT_THAT(seen(), IsEmpty());
  desk->tick();
  restart();
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(Labelled, WhileItsCallIsUnderWayALabelStaysAndThenCountsFromItsEnd) {
  ASSERT_TRUE(desk->add_labels("bot", {"private"}, "call-1"));
  ASSERT_TRUE(desk->add_labels("bot", {"private"}, "call-2"));
  clock.advance(48h);
  desk->tick();
  EXPECT_THAT(seen(), ElementsAre("private")) << "its answer is still to come";
  desk->labels_read("call-1");
  clock.advance(48h);
  EXPECT_THAT(seen(), ElementsAre("private")) << "and that of the other";
  ASSERT_TRUE(desk->remove_labels("bot", {"private"}));
  EXPECT_THAT(seen(), ElementsAre("private"));
  desk->labels_read("call-2");
  desk->labels_read("call-2");
  clock.advance(24h - 1ms);
  EXPECT_THAT(seen(), ElementsAre("private"));
  clock.advance(1ms);
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(Labelled, AReleasedCallIsUnderWayUntilItHasItsEnding) {
  const std::string hold = attach(payment("a")).hold->id;
  ASSERT_TRUE(desk->release(hold, (*approve(hold, "bob"))->version, {"private"}));
  clock.advance(48h);
  EXPECT_THAT(seen(), ElementsAre("private"));
  ASSERT_TRUE(desk->finish(hold, Ending::succeeded, std::nullopt, false));
  clock.advance(24h - 1ms);
  EXPECT_THAT(seen(), ElementsAre("private"));
  clock.advance(1ms);
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(Labelled, ACrashCountsFromTheLastThatIsKnownOfACallUnderWay) {
  ASSERT_TRUE(desk->add_labels("bot", {"private"}, "call-1"));
  clock.advance(23h);
  desk->tick();
  clock.advance(1h);
  restart();
  EXPECT_THAT(seen(), ElementsAre("private"));
  clock.advance(23h);
  EXPECT_THAT(seen(), IsEmpty());
}

TEST_F(Labelled, AReleaseThatIsRefusedPutsNoneOn) {
  const std::string hold = attach(payment("a")).hold->id;
  const auto approved = approve(hold, "bob");
  ASSERT_TRUE(approved);
  EXPECT_FALSE(desk->release(hold, (*approved)->version - 1, {"private"}));
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->release(hold, (*approved)->version, {"private"}), Code::unavailable, "store");
  }
  EXPECT_THAT(seen(), IsEmpty());
  ASSERT_TRUE(desk->release(hold, (*approved)->version, {"private"}));
  EXPECT_THAT(seen(), ElementsAre("private"));
}

TEST_F(Labelled, AReleaseThatTheStoreRefusesIsNotUnderWay) {
  const std::string hold = attach(payment("a")).hold->id;
  const auto approved = approve(hold, "bob");
  ASSERT_TRUE(approved);
  witness->refuse_next_change = true;
  EXPECT_REFUSED(desk->release(hold, (*approved)->version, {"private"}), Code::unavailable, "refused");
  clock.advance(24h);
  EXPECT_THAT(seen(), IsEmpty()) << "it would stay for ever";
}

TEST_F(Labelled, AReloadChangesTheTimeOfThoseThatAreThere) {
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
  clock.advance(2h);
  options.labels_ttl = 1h;
  desk->set_options(options);
  EXPECT_THAT(seen(), IsEmpty());
  options.labels_ttl = 24h;
  desk->set_options(options);
  EXPECT_THAT(seen(), ElementsAre("private"));
}

TEST_F(Labelled, AnAdminTakesOneOff) {
  ASSERT_TRUE(desk->add_labels("bot", {"private", "pii"}));
  ASSERT_TRUE(desk->remove_labels("bot", {"private"}));
  EXPECT_THAT(seen(), ElementsAre("pii"));
  restart();
  EXPECT_THAT(seen(), ElementsAre("pii"));
}

TEST_F(Labelled, WhatTheDiskDoesNotTakeIsNotJudgedByAndSaysSo) {
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->add_labels("bot", {"private"}), Code::unavailable, "approvals store");
  }
  EXPECT_THAT(seen(), IsEmpty());
  ASSERT_TRUE(desk->add_labels("bot", {"private"}));
}

TEST_F(Labelled, InAGroupALabelIsSeenWhenItsOperationIsAnswered) {
  std::vector<std::string> at_work, at_answer;
  bool given = false;
  desk->carry_out([&]() -> std::optional<Operation> {
    if (std::exchange(given, true)) return std::nullopt;
    return Operation{[&] {
                       (void)desk->add_labels("bot", {"private"});
                       at_work = seen();
                     },
                     [&] { at_answer = seen(); }};
  });
  EXPECT_THAT(at_work, IsEmpty()) << "it is not durable yet";
  EXPECT_THAT(at_answer, ElementsAre("private"));
}

}  // namespace
}  // namespace holdfast::approvals::test
