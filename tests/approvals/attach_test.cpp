// Joining, leaving and asking again (03-calls "Identical", "When the client stops waiting").
#include <set>

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;

class Attaching : public House {};

TEST_F(Attaching, TheHoldIsOnDiskBeforeAnybodyHearsOfIt) {
  bool on_disk = false;
  notices.look = [&](Event, const Hold& hold) {
    // Another view of the same file than the desk's memory: its own listing, which reads the store.
    const auto page = desk->list({});
    on_disk = page && page->holds.size() == 1 && page->holds[0]->id == hold.id;
  };
  attach(payment());
  EXPECT_TRUE(on_disk);
}

TEST_F(Attaching, AnIdenticalCallJoinsTheHold) {
  const Attached first = attach(payment());
  const Attached second = attach(payment());
  EXPECT_TRUE(first.created);
  EXPECT_FALSE(second.created);
  EXPECT_EQ(second.hold->id, first.hold->id);
  EXPECT_NE(second.watch, first.watch);
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested));
  ASSERT_TRUE(approve(first.hold->id, "alice"));
  EXPECT_EQ(told.size(), 2u) << "both hear of it";
}

TEST_F(Attaching, AnotherAgentOrAnotherKeyIsAnotherHold) {
  const std::string first = attach(payment()).hold->id;
  EXPECT_NE(attach(payment("key-2")).hold->id, first);
  HeldCall other = payment();
  other.agent = "other-bot";
  EXPECT_NE(attach(other).hold->id, first);
}

TEST_F(Attaching, IdsAndHandlesAreUnguessableAndDistinct) {
  const HoldPtr a = attach(payment("a")).hold;
  const HoldPtr b = attach(payment("b")).hold;
  EXPECT_EQ(a->handle.size(), 22u);
  EXPECT_NE(a->handle, b->handle);
  EXPECT_EQ(desk->find_by_handle(a->handle), a);
  EXPECT_EQ(desk->find_by_handle("no-such-handle"), nullptr);
  EXPECT_EQ(desk->find_by_handle(a->id), nullptr);
}

TEST_F(Attaching, LeavingDetachesOnlyWithTheLastAndAskingAgainUndoesIt) {
  const Attached first = attach(payment());
  const Attached second = attach(payment());
  const std::string id = first.hold->id;
  desk->detach(id, first.watch, true);
  EXPECT_FALSE(desk->find(id)->detached);
  desk->detach(id, second.watch, true);
  EXPECT_TRUE(desk->find(id)->detached);
  EXPECT_TRUE(desk->find(id)->client_cancelled);
  const Attached again = attach(payment());
  EXPECT_EQ(again.hold->id, id);
  EXPECT_FALSE(again.hold->detached);
  EXPECT_FALSE(again.hold->client_cancelled);
}

TEST_F(Attaching, LeavingTwiceIsLeavingOnce) {
  const Attached first = attach(payment());
  const Attached second = attach(payment());
  desk->detach(first.hold->id, first.watch, false);
  desk->detach(first.hold->id, first.watch, false);
  desk->detach(first.hold->id, 0, true);
  EXPECT_FALSE(desk->find(second.hold->id)->detached);
}

TEST_F(Attaching, VotesCountWhileDetachedAndNothingRuns) {
  const Attached first = attach(payment());
  const std::string id = first.hold->id;
  desk->detach(id, first.watch, false);
  const auto approved = approve(id, "alice");
  ASSERT_TRUE(approved);
  EXPECT_EQ((*approved)->status, Status::approved);
  EXPECT_REFUSED(desk->release(id, (*approved)->version), Code::conflict, "nobody waits");
  const Attached again = attach(payment());
  EXPECT_TRUE(desk->release(id, again.hold->version));
}

TEST_F(Attaching, AnUnclaimedApprovalEndsAsClientGone) {
  const Attached first = attach(payment());
  desk->detach(first.hold->id, first.watch, false);
  ASSERT_TRUE(approve(first.hold->id, "alice"));
  clock.advance(options.redeem_ttl);
  desk->tick();
  EXPECT_EQ(desk->find(first.hold->id)->ending, Ending::client_gone);
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::resolved, Event::completed));
  EXPECT_TRUE(attach(payment()).created) << "afterwards it is a new call";
}

TEST_F(Attaching, OrAsCancelledIfTheClientSaidSo) {
  const Attached first = attach(payment());
  desk->detach(first.hold->id, first.watch, true);
  ASSERT_TRUE(approve(first.hold->id, "alice"));
  clock.advance(options.redeem_ttl);
  desk->tick();
  EXPECT_EQ(desk->find(first.hold->id)->ending, Ending::cancelled);
}

TEST_F(Attaching, AnIdenticalCallAfterTheDeadlineIsANewOneWithoutATick) {
  const std::string id = attach(payment()).hold->id;
  clock.advance(options.timeout);
  const Attached again = attach(payment());
  EXPECT_TRUE(again.created);
  EXPECT_NE(again.hold->id, id);
  EXPECT_EQ(desk->find(id)->ending, Ending::expired);
}

TEST_F(Attaching, AnAsynchronousHoldIsNotDetachedByLeaving) {
  HeldCall call = payment();
  call.asynchronous = true;
  const Attached held = attach(call);
  desk->detach(held.hold->id, held.watch, true);
  EXPECT_FALSE(desk->find(held.hold->id)->detached);
}

TEST_F(Attaching, AnAsynchronousRetryMakesTheHoldAsynchronous) {
  const Attached waiting = attach(payment());
  HeldCall call = payment();
  call.asynchronous = true;
  const Attached runner = attach(call);
  desk->detach(waiting.hold->id, waiting.watch, false);
  desk->detach(waiting.hold->id, runner.watch, false);
  EXPECT_FALSE(desk->find(waiting.hold->id)->detached);
  restart();
  EXPECT_TRUE(desk->find(waiting.hold->id)->call.asynchronous);
}

TEST_F(Attaching, ARejectionIsRepeatedDuringTheCoolDownAndNobodyIsAsked) {
  const Attached held = attach(payment());
  ASSERT_TRUE(reject(held.hold->id, "alice"));
  const std::size_t before = notices.all.size();
  clock.advance(options.cooldown - Milliseconds(1));
  const Attached again = attach(payment());
  EXPECT_EQ(again.hold->id, held.hold->id);
  EXPECT_EQ(again.hold->ending, Ending::rejected);
  EXPECT_EQ(again.watch, 0u);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(notices.all.size(), before);
  EXPECT_TRUE(attach(payment("changed-arguments")).created) << "a changed call may be asked";
  clock.advance(Milliseconds(1));
  EXPECT_TRUE(attach(payment()).created);
}

TEST_F(Attaching, TheCoolDownSurvivesARestart) {
  const Attached held = attach(payment());
  ASSERT_TRUE(reject(held.hold->id, "alice"));
  restart();
  EXPECT_EQ(attach(payment()).hold->id, held.hold->id);
}

TEST_F(Attaching, TooManyPendingOfOneAgentAreRefusedAndOthersAreNot) {
  options.pending_per_agent = 3;
  desk->set_options(options);
  for (const char* key : {"a", "b", "c"})
    attach(payment(key));
  EXPECT_REFUSED(desk->attach(payment("d"), [](HoldPtr) {}), Code::conflict, "too many pending");
  EXPECT_FALSE(attach(payment("a")).created) << "joining is no new hold";
  HeldCall other = payment("d");
  other.agent = "other-bot";
  EXPECT_TRUE(attach(other).created);
  ASSERT_TRUE(approve(attach(payment("a")).hold->id, "alice"));
  EXPECT_TRUE(attach(payment("d")).created) << "one is decided, one more may wait";
  EXPECT_EQ(notices.all.size(), 6u) << "the refused one was never announced";
  restart();
  EXPECT_REFUSED(desk->attach(payment("e"), [](HoldPtr) {}), Code::conflict, "too many pending");
}

TEST_F(Attaching, WhatCannotBeHeldIsRefused) {
  EXPECT_REFUSED(desk->attach(payment("k", "no-such-plan"), [](HoldPtr) {}), Code::unavailable,
                 "no-such-plan");
  EXPECT_REFUSED(desk->attach(payment(""), [](HoldPtr) {}), Code::internal, "match key");
  HeldCall broken = payment();
  broken.args = R"({"amount":1},"injected":{"status":"approved"})";
  EXPECT_REFUSED(desk->attach(broken, [](HoldPtr) {}), Code::malformed, "not JSON");
  EXPECT_TRUE(notices.all.empty());
}

TEST_F(Attaching, ListsPagesNewestFirst) {
  std::vector<std::string> ids;
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    ids.push_back(attach(payment(key)).hold->id);
    clock.advance(Milliseconds(1));
  }
  ASSERT_TRUE(reject(ids[4], "alice"));
  Desk::Query query;
  query.status = "pending";
  query.approver = "alice";
  query.limit = 3;
  const auto first = desk->list(query);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->holds.size(), 3u);
  EXPECT_EQ(first->holds[0]->id, ids[3]);
  EXPECT_THAT(first->holds[0]->pending_approvers, ElementsAre("alice", "bob"));
  query.cursor = first->next;
  const auto rest = desk->list(query);
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->holds.size(), 1u);
  EXPECT_EQ(rest->holds[0]->id, ids[0]);
  EXPECT_TRUE(rest->next.empty());
  query = {};
  query.approver = "dave";
  EXPECT_TRUE(desk->list(query)->holds.empty()) << "dave is on no plan";
  query = {};
  query.tool = "payment.other";
  EXPECT_TRUE(desk->list(query)->holds.empty());
}

TEST_F(Attaching, APageOfLargeCallsEndsEarlyAndGoesOnAtItsCursor) {
  constexpr int kHolds = 12;
  for (int i = 0; i < kHolds; ++i) {
    HeldCall call = payment("large-" + std::to_string(i));
    const std::string large(1 << 20, 'x');
    if (i % 2 == 0) call.args = R"({"note":")" + large + "\"}";
    if (i % 2 == 1) call.body = large;
    attach(call);
    clock.advance(Milliseconds(1));
  }
  Desk::Query query;
  query.limit = 500;
  std::vector<std::size_t> sizes;
  std::set<std::string> seen;
  do {
    const auto page = desk->list(query);
    ASSERT_TRUE(page);
    sizes.push_back(page->holds.size());
    for (const HoldPtr& hold : page->holds)
      EXPECT_TRUE(seen.insert(hold->id).second);
    query.cursor = page->next;
  } while (!query.cursor.empty());
  EXPECT_THAT(sizes, ElementsAre(4, 4, 4));
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kHolds));
}

TEST_F(Attaching, APageHasAtLeastOneCallHoweverLargeItIs) {
  for (const char* key : {"a", "b"}) {
    HeldCall call = payment(key);
    call.body.assign(9 << 20, 'x');
    attach(call);
    clock.advance(Milliseconds(1));
  }
  const auto page = desk->list({});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->holds.size(), 1U);
  EXPECT_EQ(page->next, page->holds.front()->id);
}

}  // namespace
}  // namespace holdfast::approvals::test
