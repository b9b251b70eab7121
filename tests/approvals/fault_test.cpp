// The disk says no at every step: the caller hears `unavailable`, and neither memory nor disk has moved.
#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/full_disk.hpp"
#include "tests/approvals/unreadable_disk.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Faults : public House {};

TEST_F(Faults, WithoutADiskNothingIsHeldAndNobodyIsTold) {
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->attach(payment(), [](HoldPtr) {}), Code::unavailable, "approvals store");
  }
  EXPECT_THAT(notices.all, IsEmpty());
  EXPECT_THAT(desk->list({})->holds, IsEmpty());
  EXPECT_TRUE(attach(payment()).created) << "and it works again with the disk";
}

TEST_F(Faults, AVoteThatIsNotOnDiskDidNotHappen) {
  const Attached held = attach(payment());
  {
    const FullDisk full;
    EXPECT_REFUSED(approve(held.hold->id, "alice"), Code::unavailable, "approvals store");
    EXPECT_REFUSED(desk->callback({"alice", "m", "sha256:b"}, ballot(held.hold->id, "alice")),
                   Code::unavailable, "approvals store");
  }
  EXPECT_EQ(*desk->find(held.hold->id), *held.hold);
  EXPECT_THAT(told, IsEmpty());
  EXPECT_FALSE(desk->replayed({"alice", "m", "sha256:b"})->has_value()) << "the callback may come again";
  EXPECT_TRUE(desk->callback({"alice", "m", "sha256:b"}, ballot(held.hold->id, "alice")));
}

TEST_F(Faults, AReleaseThatIsNotOnDiskIsNoRelease) {
  const Attached held = attach(payment());
  const auto approved = approve(held.hold->id, "alice");
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->release(held.hold->id, (*approved)->version), Code::unavailable, "approvals store");
  }
  EXPECT_EQ(*desk->find(held.hold->id), **approved);
  restart();
  EXPECT_EQ(status(held.hold->id), Status::approved);
}

TEST_F(Faults, AnEndingThatIsNotOnDiskIsTriedAgain) {
  const Attached held = running(payment());
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->finish(held.hold->id, Ending::succeeded, answer(), true), Code::unavailable,
                   "store");
    EXPECT_REFUSED(desk->end(held.hold->id, Status::cancelled, ""), Code::conflict, "released");
  }
  EXPECT_FALSE(desk->find(held.hold->id)->ended());
  EXPECT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), true));
}

TEST_F(Faults, WhatCannotBeExpiredCannotBeApprovedOrReleasedEither) {
  const Attached pending = attach(payment("a"));
  const Attached ready = attach(payment("b"));
  const auto approved = approve(ready.hold->id, "alice");
  clock.advance(options.timeout);
  {
    const FullDisk full;
    EXPECT_EQ(desk->tick(), clock.steady() + std::chrono::seconds(1)) << "tries again, and does not spin";
    EXPECT_REFUSED(approve(pending.hold->id, "alice"), Code::unavailable, "store");
    EXPECT_REFUSED(desk->release(ready.hold->id, (*approved)->version), Code::unavailable, "store");
  }
  desk->tick();
  EXPECT_EQ(status(pending.hold->id), Status::expired);
  EXPECT_EQ(status(ready.hold->id), Status::client_gone);
}

TEST_F(Faults, AnAnswerIsNotHandedOverUnlessThatIsWrittenDown) {
  const Attached held = running(payment());
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), true));
  {
    const FullDisk full;
    EXPECT_REFUSED(desk->attach(payment(), [](HoldPtr) {}), Code::unavailable, "approvals store");
  }
  EXPECT_TRUE(attach(payment()).handed_over);
}

TEST_F(Faults, LeavingWithoutADiskLeavesNothingThatRuns) {
  const Attached held = attach(payment());
  {
    const FullDisk full;
    desk->detach(held.hold->id, held.watch, true);
  }
  ASSERT_TRUE(approve(held.hold->id, "alice"));
  EXPECT_THAT(told, IsEmpty()) << "nobody watches";
}

// SQLite gives up the whole transaction then, and a write behind it would be one of its own, durable at once:
// the desk would take it for lost with the others and carry it out a second time.
TEST_F(Faults, WhatComesInAGroupBehindAReadThatFailedIsNotDurableByItself) {
  const UnreadableDisk disk;
  restart();
  const std::string one = attach(payment("1")).hold->id;
  const std::string two = attach(payment("2")).hold->id;
  Result<HoldPtr> first, second;
  std::string third;
  bool failed = false;
  std::vector<Operation> operations{{[&] { first = approve(one, "alice"); }, [] {}},
                                    // Carried out by itself it goes well.
                                    {[&] {
                                       if (!std::exchange(failed, true)) UnreadableDisk::fail_a_read();
                                     },
                                     [] {}},
                                    {[&] { second = approve(two, "bob"); }, [] {}},
                                    {[&] {
                                       if (const auto attached = desk->attach(payment("3"), {}))
                                         third = attached->hold->id;
                                     },
                                     [] {}}};
  std::size_t next = 0;
  desk->carry_out([&]() -> std::optional<Operation> {
    return next < operations.size() ? std::optional(operations[next++]) : std::nullopt;
  });
  EXPECT_TRUE(first) << first.error().detail;
  EXPECT_TRUE(second) << second.error().detail;
  EXPECT_EQ(status(one), Status::approved);
  EXPECT_EQ(status(two), Status::approved);
  restart();
  EXPECT_THAT(desk->without_ending(), UnorderedElementsAre(one, two, third));
}

}  // namespace
}  // namespace holdfast::approvals::test
