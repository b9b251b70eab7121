// At most once: who may release, what becomes of the answer (03-calls "When an approved call runs").
#include "crypto/digest.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Releasing : public House {};

TEST_F(Releasing, OfTwoWhoAskOneGetsIt) {
  const std::string id = attach(payment()).hold->id;
  attach(payment());
  const std::int64_t version = (*approve(id, "alice"))->version;
  const auto first = desk->release(id, version);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->status, Status::released);
  EXPECT_REFUSED(desk->release(id, version), Code::conflict, "released");
  EXPECT_REFUSED(desk->release(id, (*first)->version), Code::conflict, "released");
}

TEST_F(Releasing, ThePendingAndTheRejectedAreNotReleased) {
  const Attached held = attach(payment());
  EXPECT_REFUSED(desk->release(held.hold->id, held.hold->version), Code::conflict, "pending");
  const auto rejected = reject(held.hold->id, "alice");
  EXPECT_REFUSED(desk->release(held.hold->id, (*rejected)->version), Code::conflict, "rejected");
  EXPECT_REFUSED(desk->release("no-such-hold", 1), Code::not_found, "no approval");
}

TEST_F(Releasing, AVersionThatWasNotJudgedIsRefused) {
  const std::string id = attach(payment()).hold->id;
  const std::int64_t version = (*approve(id, "alice"))->version;
  EXPECT_REFUSED(desk->release(id, version - 1), Code::conflict, "changed");
  EXPECT_REFUSED(desk->release(id, version + 1), Code::conflict, "changed");
  EXPECT_TRUE(desk->release(id, version));
}

TEST_F(Releasing, AfterRedeemTimeItIsGoneByEitherClockThoughSomebodyWaits) {
  for (const bool wall_only : {false, true}) {
    const std::string id = attach(payment(wall_only ? "w" : "s")).hold->id;
    const std::int64_t version = (*approve(id, "alice"))->version;
    if (wall_only) {
      clock.step_wall(options.redeem_ttl);
    } else {
      clock.step_wall(-std::chrono::hours(1));
      clock.advance(options.redeem_ttl);
    }
    EXPECT_REFUSED(desk->release(id, version), Code::gone, "ran out");
    EXPECT_EQ(desk->find(id)->ending, Ending::client_gone);
  }
}

TEST_F(Releasing, AMillisecondBeforeItIsNot) {
  const std::string id = attach(payment()).hold->id;
  const std::int64_t version = (*approve(id, "alice"))->version;
  clock.advance(options.redeem_ttl - Milliseconds(1));
  EXPECT_TRUE(desk->release(id, version));
}

TEST_F(Releasing, AnApproverWhoLeftTheRosterNoLongerCounts) {
  const std::string id = attach(payment()).hold->id;
  const std::int64_t version = (*approve(id, "alice"))->version;
  options.approvers.erase(options.approvers.begin());
  desk->set_options(options);
  EXPECT_REFUSED(desk->release(id, version), Code::conflict, "quorum");
  const HoldPtr back = desk->find(id);
  EXPECT_EQ(back->status, Status::pending);
  EXPECT_EQ(back->redeem_until, std::nullopt);
  EXPECT_THAT(back->pending_approvers, ElementsAre("bob"));
  EXPECT_EQ(notices.events().back(), Event::requested) << "who was not reached yet is asked";
  const auto again = approve(id, "bob");
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->status, Status::approved);
  EXPECT_TRUE(desk->release(id, (*again)->version));
}

TEST_F(Releasing, NorAfterARestartWithAnotherRoster) {
  attach(payment());
  const std::string id = desk->list({})->holds[0]->id;
  ASSERT_TRUE(approve(id, "alice"));
  options.approvers.erase(options.approvers.begin());
  restart();
  const Attached again = attach(payment());
  EXPECT_EQ(again.hold->status, Status::approved);
  EXPECT_REFUSED(desk->release(id, again.hold->version), Code::conflict, "quorum");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Releasing, TheFirstDeadlineStandsWhenTheQuorumIsLost) {
  const std::string id = attach(payment()).hold->id;
  clock.advance(options.timeout - std::chrono::minutes(5));
  const std::int64_t version = (*approve(id, "alice"))->version;
  clock.advance(std::chrono::minutes(6));
  options.approvers.erase(options.approvers.begin());
  desk->set_options(options);
  EXPECT_REFUSED(desk->release(id, version), Code::conflict, "quorum");
  EXPECT_EQ(desk->find(id)->ending, Ending::expired) << "an hour has passed since it was asked";
}

TEST_F(Releasing, AReleaseThatSentNothingIsTakenBackAndMayBeMadeAgain) {
  const Attached held = running(payment());
  ASSERT_TRUE(desk->unrelease(held.hold->id));
  const HoldPtr back = desk->find(held.hold->id);
  EXPECT_EQ(back->status, Status::approved);
  EXPECT_TRUE(desk->release(back->id, back->version));
  EXPECT_REFUSED(desk->unrelease("no-such-hold"), Code::not_found, "no approval");
}

TEST_F(Releasing, AFinishedCallIsNeverReleasedAgain) {
  const Attached held = running(payment());
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), false));
  const HoldPtr done = desk->find(held.hold->id);
  EXPECT_EQ(done->status, Status::released);
  EXPECT_EQ(resolution(*done), "succeeded");
  EXPECT_REFUSED(desk->unrelease(done->id), Code::conflict, "succeeded");
  EXPECT_REFUSED(desk->release(done->id, done->version), Code::conflict, "succeeded");
  EXPECT_REFUSED(desk->finish(done->id, Ending::succeeded, {}, false), Code::conflict, "succeeded");
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::resolved, Event::completed));
}

TEST_F(Releasing, OnlyAReleasedCallFinishesAndOnlyInThreeWays) {
  const Attached held = attach(payment());
  EXPECT_REFUSED(desk->finish(held.hold->id, Ending::succeeded, {}, false), Code::conflict, "pending");
  const Attached ran = running(payment("other"));
  EXPECT_REFUSED(desk->finish(ran.hold->id, Ending::rejected, {}, false), Code::internal, "rejected");
  EXPECT_TRUE(desk->finish(ran.hold->id, Ending::outcome_unknown, {}, false));
}

TEST_F(Releasing, AnAnswerNobodyElseWaitsForIsNotKept) {
  const Attached held = running(payment());
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), false));
  EXPECT_FALSE(desk->find(held.hold->id)->response);
  EXPECT_TRUE(attach(payment()).created);
}

TEST_F(Releasing, TheOthersWhoWaitGetTheAnswerAndALaterCallIsANewOne) {
  const Attached first = attach(payment());
  attach(payment());
  const std::int64_t version = (*approve(first.hold->id, "alice"))->version;
  ASSERT_TRUE(desk->release(first.hold->id, version));
  told.clear();
  ASSERT_TRUE(desk->finish(first.hold->id, Ending::succeeded, answer("42"), false));
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1]->response->body, "42");
  EXPECT_EQ(desk->find_by_handle(first.hold->handle)->response->body, "42");
  EXPECT_TRUE(attach(payment()).created);
}

TEST_F(Releasing, ALostClientsAnswerIsHandedOverOnceAndReadAnyNumberOfTimes) {
  const Attached held = running(payment());
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer("42"), true));
  restart();
  const Attached again = attach(payment());
  EXPECT_TRUE(again.handed_over);
  EXPECT_EQ(again.watch, 0u);
  ASSERT_TRUE(again.hold->response);
  EXPECT_EQ(again.hold->response->body, "42");
  EXPECT_THAT(again.hold->response->headers,
              ElementsAre(std::pair<std::string, std::string>("Content-Type", "application/json")));
  restart();
  const Attached third = attach(payment());
  EXPECT_TRUE(third.created);
  EXPECT_FALSE(third.handed_over);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(desk->find_by_handle(held.hold->handle)->response->body, "42");
}

TEST_F(Releasing, AnAsynchronousAnswerIsKept) {
  HeldCall call = payment();
  call.asynchronous = true;
  const Attached held = running(call);
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), false));
  EXPECT_TRUE(attach(payment()).handed_over);
}

TEST_F(Releasing, AnAnswerIsKeptForItsTimeByEitherClock) {
  for (const bool wall_only : {false, true}) {
    const HeldCall call = payment(wall_only ? "w" : "s");
    const Attached held = running(call);
    ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(), true));
    clock.advance(options.result_ttl - Milliseconds(1));
    desk->tick();
    EXPECT_TRUE(desk->find(held.hold->id)->response);
    if (wall_only) {
      clock.step_wall(Milliseconds(1));
    } else {
      clock.step_wall(-std::chrono::hours(1));
      clock.advance(Milliseconds(1));
    }
    EXPECT_TRUE(attach(call).created) << "without a tick";
    desk->tick();
    EXPECT_FALSE(desk->find(held.hold->id)->response);
    EXPECT_EQ(desk->find(held.hold->id)->ending, Ending::succeeded);
  }
}

TEST_F(Releasing, OfAnAnswerOverTheLimitOnlyStatusAndDigestAreKept) {
  options.result_max = 8;
  desk->set_options(options);
  const Attached held = running(payment());
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer("123456789"), true));
  restart();
  const HoldPtr kept = attach(payment()).hold;
  ASSERT_TRUE(kept->response);
  EXPECT_FALSE(kept->response->complete);
  EXPECT_EQ(kept->response->status, 200);
  EXPECT_THAT(kept->response->body, IsEmpty());
  EXPECT_THAT(kept->response->headers, IsEmpty());
  EXPECT_EQ(kept->response->digest, crypto::digest_text(crypto::sha256("123456789")));
}

TEST_F(Releasing, BeyondTheRoomForAllAnswersOnlyStatusAndDigestAreKeptUntilThereIsRoomAgain) {
  options.result_total = 300;
  desk->set_options(options);
  const auto kept = [this](const std::string& key) {
    const Attached held = running(payment(key));
    EXPECT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer(std::string(100, 'x')), true));
    const HoldPtr hold = desk->find(held.hold->id);
    EXPECT_EQ(hold->ending, Ending::succeeded);
    EXPECT_EQ(hold->response->status, 200);
    EXPECT_EQ(hold->response->digest, crypto::digest_text(crypto::sha256(std::string(100, 'x'))));
    return hold->response->complete;
  };
  EXPECT_TRUE(kept("a"));
  EXPECT_TRUE(kept("b"));
  EXPECT_FALSE(kept("c")) << "its headers take room too";
  restart();
  EXPECT_FALSE(kept("d")) << "what was kept before takes room after a restart";
  clock.advance(options.result_ttl);
  desk->tick();
  EXPECT_TRUE(kept("e"));
}

TEST_F(Releasing, ARunningCallIsJoinedNotRepeated) {
  const Attached held = running(payment());
  const Attached again = attach(payment());
  EXPECT_EQ(again.hold->id, held.hold->id);
  EXPECT_EQ(again.hold->status, Status::released);
  told.clear();
  ASSERT_TRUE(desk->finish(held.hold->id, Ending::succeeded, answer("42"), false));
  EXPECT_EQ(told.back()->response->body, "42");
}

TEST_F(Releasing, EndingIsForHoldsThatDidNotRun) {
  const std::string pending = attach(payment("a")).hold->id;
  ASSERT_TRUE(desk->end(pending, Status::cancelled, "the agent asked"));
  EXPECT_EQ(desk->find(pending)->ending, Ending::cancelled);
  EXPECT_EQ(desk->find(pending)->end_reason, "the agent asked");
  const std::string approved = attach(payment("b")).hold->id;
  ASSERT_TRUE(approve(approved, "alice"));
  ASSERT_TRUE(desk->end(approved, Status::policy_changed, ""));
  EXPECT_EQ(status(approved), Status::policy_changed);
  const std::string ran = running(payment("c")).hold->id;
  EXPECT_REFUSED(desk->end(ran, Status::cancelled, ""), Code::conflict, "released");
  EXPECT_REFUSED(desk->end(pending, Status::cancelled, ""), Code::conflict, "cancelled");
  EXPECT_REFUSED(desk->end(ran, Status::approved, ""), Code::internal, "nobody ends");
  EXPECT_REFUSED(desk->end("no-such-hold", Status::cancelled, ""), Code::not_found, "no approval");
}

}  // namespace
}  // namespace holdfast::approvals::test
