// Operations that share a transaction: each is answered when all are durable, one that is refused harms no
// other, and one transaction that fails leaves nothing behind, in the store, in memory or in the world.
#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/full_disk.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::optional<Code> kTaken;

class Group : public WitnessedHouse {
 protected:
  void add(std::function<void()> work, std::function<void()> answer = [] {}) {
    queued.push_back({std::move(work), std::move(answer)});
  }
  // Its answers are in `heard`, in their order.
  void add_vote(const std::string& id, const std::string& approver) {
    auto result = std::make_shared<Result<HoldPtr>>(fail(Code::internal, "not called"));
    add([this, id, approver, result] { *result = approve(id, approver); },
        [this, result] {
          EXPECT_FALSE(witness->in_group()) << "answered before it was durable";
          heard.push_back(*result ? std::nullopt : std::optional(result->error().code));
        });
  }
  void carry_out() {
    std::vector<Operation> operations = std::exchange(queued, {});
    std::size_t next = 0;
    desk->carry_out([&]() -> std::optional<Operation> {
      return next < operations.size() ? std::optional(operations[next++]) : std::nullopt;
    });
  }

  std::vector<Operation> queued;
  std::vector<std::optional<Code>> heard;  // nothing: the vote was taken
};

TEST_F(Group, SeveralOperationsAreOneCommitAndAnsweredInTheirOrder) {
  const Attached one = attach(payment("1", "two"));
  const Attached two = attach(payment("2"));
  add_vote(one.hold->id, "alice");
  add_vote(two.hold->id, "alice");
  add_vote(one.hold->id, "carol");
  const int before = witness->commits;
  carry_out();
  EXPECT_EQ(witness->commits, before + 1);
  EXPECT_THAT(heard, ElementsAre(kTaken, kTaken, kTaken));
  EXPECT_EQ(status(one.hold->id), Status::approved) << "the second vote saw the first";
  EXPECT_EQ(told.size(), 3U);
  restart();
  EXPECT_EQ(status(one.hold->id), Status::approved);
  EXPECT_EQ(status(two.hold->id), Status::approved);
}

TEST_F(Group, NobodyIsToldOfAnythingBeforeItIsDurable) {
  const Attached held = attach(payment("1"));
  notices.look = [this](Event, const Hold&) { EXPECT_FALSE(witness->in_group()); };
  add([&] { EXPECT_TRUE(attach(payment("2")).created); });
  add([&] {
    EXPECT_TRUE(approve(held.hold->id, "alice"));
    EXPECT_THAT(told, IsEmpty());
    EXPECT_EQ(notices.all.size(), 1U) << "of the first hold";
  });
  carry_out();
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::requested, Event::resolved));
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(Group, AnOperationThatIsRefusedHarmsNoOther) {
  const Attached one = attach(payment("1", "two"));
  const Attached two = attach(payment("2"));
  add_vote(one.hold->id, "alice");
  add_vote(one.hold->id, "alice");
  add_vote(one.hold->id, "dave");
  add_vote(two.hold->id, "bob");
  const int before = witness->commits;
  carry_out();
  EXPECT_THAT(heard, ElementsAre(kTaken, Code::conflict, Code::forbidden, kTaken));
  EXPECT_EQ(witness->commits, before + 1);
  restart();
  EXPECT_EQ(desk->find(one.hold->id)->votes.size(), 1U);
  EXPECT_EQ(status(two.hold->id), Status::approved);
}

TEST_F(Group, AWriteThatTheStoreRefusesHarmsNoOther) {
  const Attached one = attach(payment("1"));
  const Attached two = attach(payment("2"));
  // The same callback twice: the second row is refused by the store, with the vote that came with it.
  ASSERT_TRUE(desk->callback({"alice", "m", "sha256:b"}, ballot(one.hold->id, "alice")));
  const CallbackRecord twin{"alice", "m", "sha256:c", clock.wall(), 200, "", {}};
  Hold voted = *two.hold;
  ++voted.version;
  voted.status = Status::approved;
  auto opened = open_sqlite_store(directory.path() / "other");
  ASSERT_TRUE(opened);
  ApprovalStore& other = **opened;
  ASSERT_TRUE(other.insert(*two.hold));
  ASSERT_TRUE(other.remember(twin));
  other.begin_group();
  ASSERT_TRUE(other.insert(*one.hold));
  EXPECT_REFUSED(other.apply({&voted, two.hold->version, nullptr, &twin}), Code::conflict, "store");
  ASSERT_TRUE(other.commit_group());
  EXPECT_TRUE(other.find(one.hold->id)->has_value());
  EXPECT_EQ((*other.find(two.hold->id))->status, Status::pending) << "whole or not at all";
}

TEST_F(Group, WhenTheCommitFailsOnceEachIsCarriedOutByItself) {
  const Attached one = attach(payment("1", "two"));
  add_vote(one.hold->id, "alice");
  add_vote(one.hold->id, "alice");
  add([&] { attach(payment("2")); });
  add_vote(one.hold->id, "carol");
  witness->fail_next_commit = true;
  carry_out();
  EXPECT_THAT(heard, ElementsAre(kTaken, Code::conflict, kTaken));
  EXPECT_EQ(told.size(), 2U) << "of each vote once";
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::requested, Event::resolved));
  restart();
  EXPECT_EQ(desk->find(one.hold->id)->votes.size(), 2U);
  EXPECT_EQ(desk->list({})->holds.size(), 2U);
}

// SQLite ends the whole transaction when a write of it meets a full disk. What comes after that in the group
// must not become durable by itself, for it is carried out again.
TEST_F(Group, ATransactionThatIsLostHalfWayIsLostWhole) {
  const Attached one = attach(payment("1", "two"));
  HeldCall large = payment("2");
  large.body = std::string(16 << 20, 'x');  // more than SQLite keeps in memory until the commit
  std::vector<Code> refused;
  add_vote(one.hold->id, "alice");
  add([&] {
    const FullDisk full;
    const auto attached = desk->attach(large, [](HoldPtr) {});
    refused.push_back(attached ? Code::internal : attached.error().code);
  });
  add_vote(one.hold->id, "carol");
  carry_out();
  EXPECT_THAT(refused, ElementsAre(Code::unavailable, Code::unavailable)) << "in the group, and by itself";
  EXPECT_THAT(heard, ElementsAre(kTaken, kTaken));
  EXPECT_EQ(written.size(), 3U) << "opened, and each vote once";
  restart();
  EXPECT_EQ(desk->find(one.hold->id)->votes.size(), 2U);
  EXPECT_EQ(desk->list({})->holds.size(), 1U);
}

TEST_F(Group, OneThatOnlyReadsDoesNotNeedADisk) {
  const Attached one = attach(payment("1"));
  const FullDisk full;
  HoldPtr found;
  add([&] { found = desk->find(one.hold->id); });
  carry_out();
  EXPECT_EQ(*found, *one.hold);
}

// Of one call: a hold that was cancelled, and a newer one that waits.
TEST_F(Group, TheHoldThatWaitsIsStillTheOneToJoinAfterTheOlderWasForgottenInVain) {
  const Attached older = attach(payment("same"));
  ASSERT_TRUE(desk->end(older.hold->id, Status::cancelled, ""));
  clock.advance(options.cooldown / 2);
  const Attached newer = attach(payment("same"));
  ASSERT_TRUE(newer.created);
  clock.advance(options.cooldown / 2);
  add([&] { (void)desk->attach(payment("another"), [](HoldPtr) {}); });
  {
    const FullDisk full;
    carry_out();
  }
  EXPECT_EQ(attach(payment("same")).hold->id, newer.hold->id);
}

// Every kind of operation, and the disk is full: nothing has happened to anything.
class GroupOnAFullDisk : public Group {
 protected:
  void SetUp() override {
    options.pending_per_agent = 4;
    options.rejections_per_tool = 2;
    options.plans["short"] = plan("short", 1, {"lead"});
    options.plans["short"].timeout = std::chrono::minutes(1);
    Group::SetUp();
    pending = attach(payment("pending", "two")).hold;
    rejected = *reject(attach(payment("rejected")).hold->id, "alice");
    answered = running(payment("answered")).hold;
    EXPECT_TRUE(desk->finish(answered->id, Ending::succeeded, answer(), true));
    ready = *approve(attach(payment("ready")).hold->id, "alice");
    runs = running(payment("runs")).hold;
    leaving = attach(payment("leaving"));
    clock.advance(std::chrono::minutes(1));
    due = attach(payment("due", "short")).hold;
    clock.advance(std::chrono::minutes(1));
    notices.all.clear();
    told.clear();
  }

  // All that can be asked of a desk.
  struct Seen {
    std::map<std::string, Hold> holds;
    std::string metrics;
    std::vector<std::string> rows;
    bool operator==(const Seen&) const = default;
  };
  Seen look() const {
    Seen seen;
    for (const HoldPtr& hold : {pending, rejected, answered, ready, runs, leaving.hold, due}) {
      seen.holds[hold->id] = *desk->find(hold->id);
      EXPECT_EQ(*desk->find_by_handle(hold->handle), seen.holds[hold->id]);
    }
    metrics::Page page;
    desk->metrics().collect(&page);
    seen.metrics = page.text();
    const auto page_of_all = desk->list({});
    for (const HoldPtr& hold : page_of_all->holds)
      seen.rows.push_back(hold->id + std::to_string(hold->version));
    return seen;
  }

  HoldPtr pending, rejected, answered, ready, runs, due;
  Attached leaving;
};

TEST_F(GroupOnAFullDisk, NothingHasHappened) {
  const Seen before = look();
  const auto never = [](HoldPtr) { ADD_FAILURE() << "somebody was told"; };
  // In the group these go well, until it is to be committed.
  add([&] { (void)approve(pending->id, "alice"); });
  add([&] { (void)approve(pending->id, "carol"); });
  add([&] { (void)desk->callback({"alice", "m", "sha256:b"}, ballot(leaving.hold->id, "alice")); });
  add([&] { (void)desk->release(ready->id, ready->version); });
  add([&] { (void)desk->finish(runs->id, Ending::succeeded, answer(), true); });
  add([&] { (void)desk->attach(payment("new"), never); });
  add([&] { (void)desk->attach(payment("answered"), never); });
  add([&] { desk->delivered(pending->id, "alice"); });
  add([&] { desk->recorded(rejected->id); });
  add([&] { (void)desk->end(leaving.hold->id, Status::cancelled, ""); });
  std::vector<Code> alone;
  add([&] {
    const auto last = reject(due->id, "alice");
    if (!witness->in_group() && !last) alone.push_back(last.error().code);
  });
  {
    const FullDisk full;
    carry_out();
    desk->tick();
  }
  EXPECT_THAT(alone, ElementsAre(Code::unavailable));
  EXPECT_EQ(look(), before);
  EXPECT_THAT(notices.all, IsEmpty());
  EXPECT_THAT(told, IsEmpty());
  EXPECT_FALSE(desk->replayed({"alice", "m", "sha256:b"})->has_value());

  // And everything is as ready as it was.
  EXPECT_EQ(*attach(payment("rejected")).hold, *rejected);
  EXPECT_TRUE(attach(payment("answered")).handed_over);
  EXPECT_TRUE(desk->release(ready->id, ready->version));
  EXPECT_TRUE(desk->finish(runs->id, Ending::succeeded, std::nullopt, false));
  EXPECT_TRUE(approve(pending->id, "alice") && approve(pending->id, "bob"));
  EXPECT_TRUE(approve(leaving.hold->id, "alice"));
  EXPECT_REFUSED(approve(due->id, "alice"), Code::gone, "expired");
  EXPECT_TRUE(desk->attach(payment("new"), [](HoldPtr) {})->created);
}

TEST_F(GroupOnAFullDisk, NobodyIsCountedForAnything) {
  add([&] { (void)desk->attach(payment("new-1"), [](HoldPtr) {}); });
  add([&] { (void)reject(leaving.hold->id, "alice"); });
  {
    const FullDisk full;
    carry_out();
  }
  EXPECT_TRUE(attach(payment("new-2")).created) << "one rejection of this tool, not two";
  EXPECT_TRUE(approve(leaving.hold->id, "alice"));
  EXPECT_TRUE(attach(payment("new-3")).created);
  EXPECT_TRUE(attach(payment("new-4")).created) << "pending: pending, new-2, new-3";
  EXPECT_REFUSED(desk->attach(payment("new-5"), [](HoldPtr) {}), Code::conflict, "has 4 calls waiting");
}

TEST_F(GroupOnAFullDisk, WhoeverLeavesIsGoneAllTheSame) {
  add([&] { desk->detach(leaving.hold->id, leaving.watch, false); });
  {
    const FullDisk full;
    carry_out();
  }
  EXPECT_TRUE(approve(leaving.hold->id, "alice"));
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace holdfast::approvals::test
