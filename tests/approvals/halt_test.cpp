// The kill switch at the desk (04-approvals): votes are recorded, nothing is released, nothing new is held;
// it survives a restart, and a resume counts only when the log has it.
#include <sqlite3.h>

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const HaltOrder kHalt{"alice", "token", "the agent is mad"};
const HaltOrder kResume{"root", "token", "it was the weather"};

class Halting : public House {
 protected:
  HaltTurn halted() {
    const auto turn = desk->halt(kHalt);
    EXPECT_TRUE(turn) << turn.error().detail;
    return turn ? *turn : HaltTurn{};
  }
  // As the recorder of turns does: the log has everything that was turned.
  void record_all() {
    const auto turns = desk->unrecorded_turns();
    ASSERT_TRUE(turns);
    for (const HaltTurn& turn : *turns)
      desk->turn_recorded(turn.id);
  }
  std::vector<bool> unrecorded() {
    const auto turns = desk->unrecorded_turns();
    EXPECT_TRUE(turns);
    std::vector<bool> halted;
    for (const HaltTurn& turn : turns.value_or(std::vector<HaltTurn>()))
      halted.push_back(turn.halted);
    return halted;
  }
};

TEST_F(Halting, AnApprovedHoldStaysApprovedUntilSomebodyResumes) {
  const Attached held = attach(payment());
  const auto approved = approve(held.hold->id, "alice");
  halted();
  EXPECT_REFUSED(desk->release(held.hold->id, (*approved)->version), Code::halted, "stands");
  EXPECT_EQ(*desk->find(held.hold->id), **approved) << "not even its version has moved";
  ASSERT_TRUE(desk->resume(kResume));
  record_all();
  EXPECT_TRUE(desk->release(held.hold->id, (*approved)->version));
}

TEST_F(Halting, VotesAreRecordedAndNothingNewIsHeld) {
  const Attached held = attach(payment());
  halted();
  EXPECT_REFUSED(desk->attach(payment("other"), [](HoldPtr) {}), Code::halted, "halted");
  EXPECT_EQ(notices.all.size(), 1u) << "nobody is asked about it";
  EXPECT_EQ((*approve(held.hold->id, "alice"))->status, Status::approved);
}

TEST_F(Halting, DeadlinesGoOn) {
  const Attached pending = attach(payment("a"));
  const Attached approved = attach(payment("b"));
  ASSERT_TRUE(approve(approved.hold->id, "alice"));
  halted();
  clock.advance(options.timeout);
  desk->tick();
  EXPECT_EQ(desk->find(pending.hold->id)->ending, Ending::expired);
  EXPECT_EQ(desk->find(approved.hold->id)->ending, Ending::client_gone);
}

TEST_F(Halting, SurvivesARestartAndSaysWho) {
  const std::string id = halted().id;
  restart();
  EXPECT_TRUE(desk->halts().halted());
  ASSERT_TRUE(desk->newest_turn());
  EXPECT_EQ(desk->newest_turn()->id, id);
  EXPECT_EQ(desk->newest_turn()->order.by, "alice");
  EXPECT_EQ(desk->newest_turn()->order.via, "token");
  EXPECT_EQ(desk->newest_turn()->order.reason, "the agent is mad");
  EXPECT_THAT(unrecorded(), ElementsAre(true));
}

TEST_F(Halting, HaltingTwiceIsOneTurn) {
  const std::string first = halted().id;
  const auto again = desk->halt({"bob", "token", "me too"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, first);
  EXPECT_EQ(again->order.by, "alice");
  EXPECT_THAT(unrecorded(), ElementsAre(true));
}

TEST_F(Halting, ResumingWhatIsNotHaltedTurnsNothing) {
  const auto never = desk->resume(kResume);
  ASSERT_TRUE(never);
  EXPECT_FALSE(never->has_value());
  halted();
  ASSERT_TRUE(desk->resume(kResume));
  record_all();
  const auto again = desk->resume(kResume);
  ASSERT_TRUE(again && *again);
  EXPECT_FALSE((*again)->halted);
  EXPECT_THAT(unrecorded(), IsEmpty());
}

TEST_F(Halting, AResumeIsNotInForceBeforeTheLogHasIt) {
  halted();
  const auto resumed = desk->resume(kResume);
  ASSERT_TRUE(resumed && *resumed);
  EXPECT_TRUE(desk->halts().halted());
  EXPECT_REFUSED(desk->attach(payment(), [](HoldPtr) {}), Code::halted, "halted");
  EXPECT_THAT(unrecorded(), ElementsAre(true, false));
  restart();
  EXPECT_TRUE(desk->halts().halted()) << "nor after a crash between store and log";
  record_all();
  EXPECT_FALSE(desk->halts().halted());
}

TEST_F(Halting, ANewHaltIsNotLiftedByTheResumeBeforeIt) {
  halted();
  const auto resumed = desk->resume(kResume);
  ASSERT_TRUE(resumed && *resumed);
  const std::string second = halted().id;
  EXPECT_NE(second, (*resumed)->id);
  record_all();
  EXPECT_TRUE(desk->halts().halted());
  EXPECT_THAT(unrecorded(), IsEmpty());
}

TEST_F(Halting, WhoeverBeganBeforeAHaltThatWasLiftedKnows) {
  const HaltSwitch::Count begun = desk->halts().count();
  EXPECT_TRUE(desk->halts().unmoved_since(begun));
  halted();
  EXPECT_FALSE(desk->halts().unmoved_since(begun));
  EXPECT_FALSE(desk->halts().unmoved_since(desk->halts().count())) << "nothing begins while it is halted";
  ASSERT_TRUE(desk->resume(kResume));
  record_all();
  EXPECT_FALSE(desk->halts().unmoved_since(begun));
  EXPECT_TRUE(desk->halts().unmoved_since(desk->halts().count()));
}

TEST_F(Halting, AReleasedCallThatWasNotSentBecauseOfItEndsAsHalted) {
  const Attached ran = running(payment());
  halted();
  ASSERT_TRUE(desk->finish(ran.hold->id, Ending::halted, std::nullopt, false));
  const HoldPtr ended = desk->find(ran.hold->id);
  EXPECT_EQ(ended->status, Status::released);
  EXPECT_EQ(ended->ending, Ending::halted);
  EXPECT_EQ(notices.events().back(), Event::completed);
}

TEST_F(Halting, AStoreOfTheVersionBeforeTakesItsFirstHalt) {
  desk.reset();
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((directory.path() / "approvals.db").c_str(), &raw), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw, kDropSinceVersion7, nullptr, nullptr, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw,
                         "DROP TABLE halts; DROP TABLE requests; ALTER TABLE holds DROP COLUMN log_head; "
                         "ALTER TABLE holds DROP COLUMN asking; ALTER TABLE votes DROP COLUMN credential; "

                         "PRAGMA user_version=1;",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(raw);
  open();
  EXPECT_FALSE(desk->halts().halted());
  halted();
  restart();
  EXPECT_TRUE(desk->halts().halted());
}

}  // namespace
}  // namespace holdfast::approvals::test
