// kill -9 between any two promises: what was acknowledged is there again, and nothing runs by itself.
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Restarting : public House {};

TEST_F(Restarting, EveryWordOfAHoldComesBackAndItIsDetached) {
  HeldCall call = payment("k", "two");
  call.receipt_id = "receipt-1";
  call.agent_auth = "token";
  call.protocol = "mcp";
  call.bytes = 1234;
  const HoldPtr before = attach(call).hold;
  ASSERT_TRUE(approve(before->id, "bob"));
  restart();
  const HoldPtr after = desk->find(before->id);
  ASSERT_NE(after, nullptr);
  EXPECT_TRUE(after->detached);
  EXPECT_EQ(after->handle, before->handle);
  EXPECT_EQ(after->quorum, before->quorum);
  EXPECT_EQ(after->quorum.require, 2);
  EXPECT_EQ(after->created_at, before->created_at);
  EXPECT_EQ(after->expires_at, before->expires_at);
  EXPECT_EQ(after->call.args, before->call.args);
  EXPECT_EQ(after->call.nonce, before->call.nonce);
  EXPECT_EQ(after->call.digest, before->call.digest);
  EXPECT_EQ(after->call.policy, before->call.policy);
  EXPECT_EQ(after->call.trust_tier, 3);
  EXPECT_EQ(after->call.receipt_id, "receipt-1");
  EXPECT_EQ(after->call.agent_auth, "token");
  EXPECT_EQ(after->call.protocol, "mcp");
  EXPECT_EQ(after->call.bytes, 1234);
  EXPECT_EQ(after->call.target, before->call.target);
  ASSERT_EQ(after->votes.size(), 1u);
  EXPECT_EQ(after->votes[0].approver, "bob");
  EXPECT_EQ(after->votes[0].reason, "looked at it");
  EXPECT_EQ(after->votes[0].evidence, "sha256:evidence");
  EXPECT_REFUSED(approve(before->id, "bob"), Code::conflict, "already voted");
  EXPECT_EQ(attach(payment("k", "two")).hold->id, before->id);
}

TEST_F(Restarting, DeadlinesRunOnWhileWeAreDown) {
  const std::string pending = attach(payment("a")).hold->id;
  const std::string approved = attach(payment("b")).hold->id;
  ASSERT_TRUE(approve(approved, "alice"));
  desk.reset();
  clock.advance(options.timeout);
  notices.all.clear();
  open();
  EXPECT_EQ(desk->find(pending)->ending, Ending::expired);
  EXPECT_EQ(desk->find(approved)->ending, Ending::client_gone);
  EXPECT_THAT(notices.events(), UnorderedElementsAre(Event::resolved, Event::completed));
}

TEST_F(Restarting, ADeadlineIsTheSameMomentAfterwards) {
  const std::string id = attach(payment()).hold->id;
  clock.advance(std::chrono::minutes(59));
  restart();
  clock.step_wall(-std::chrono::hours(2));
  clock.advance(std::chrono::seconds(59));
  desk->tick();
  EXPECT_EQ(status(id), Status::pending);
  clock.advance(std::chrono::seconds(1));
  desk->tick();
  EXPECT_EQ(status(id), Status::expired);
}

TEST_F(Restarting, ACallThatRanIsFoundForTheLogToJudge) {
  const std::string ran = running(payment("a")).hold->id;
  const std::string finished = running(payment("b")).hold->id;
  ASSERT_TRUE(desk->finish(finished, Ending::succeeded, {}, false));
  clock.advance(Milliseconds(1));
  attach(payment("c"));
  restart();
  const std::vector<std::string> open = desk->without_ending();
  ASSERT_EQ(open.size(), 2u) << "oldest first";
  EXPECT_EQ(open[0], ran);
  EXPECT_EQ(status(open[0]), Status::released);
  EXPECT_EQ(status(open[1]), Status::pending);
  ASSERT_TRUE(desk->finish(ran, Ending::outcome_unknown, {}, false));
  restart();
  EXPECT_EQ(desk->without_ending().size(), 1u);
  EXPECT_TRUE(attach(payment("a")).created) << "asking again is a new call with a new approval";
}

TEST_F(Restarting, ACallThatCertainlyDidNotRunIsApprovedAgainAndWaitsToBeAsked) {
  const std::string id = running(payment()).hold->id;
  restart();
  ASSERT_TRUE(desk->unrelease(id));
  const HoldPtr back = desk->find(id);
  EXPECT_EQ(back->status, Status::approved);
  EXPECT_REFUSED(desk->release(id, back->version), Code::conflict, "nobody waits");
  const Attached again = attach(payment());
  EXPECT_TRUE(desk->release(id, again.hold->version));
}

TEST_F(Restarting, ACallTheLogKnowsToBeSentIsSpentThoughThisStoreIsOlder) {
  const std::string approved = attach(payment("a")).hold->id;
  const std::string undecided = attach(payment("b")).hold->id;
  ASSERT_TRUE(approve(approved, "alice"));
  restart();
  for (const std::string& id : {approved, undecided}) {
    ASSERT_TRUE(desk->found_sent(id));
    EXPECT_EQ(status(id), Status::released);
    EXPECT_REFUSED(desk->found_sent(id), Code::conflict, "released");
    ASSERT_TRUE(desk->finish(id, Ending::outcome_unknown, {}, false));
  }
  EXPECT_REFUSED(desk->found_sent("no-such-hold"), Code::not_found, "no approval");
  restart();
  EXPECT_EQ(desk->find(approved)->ending, Ending::outcome_unknown);
  const Attached again = attach(payment("a"));
  EXPECT_TRUE(again.created);
  EXPECT_EQ(again.hold->status, Status::pending) << "a new call, which needs a new approval";
}

TEST_F(Restarting, EndingsAreRememberedUntilTheirReceiptIsKnown) {
  const auto unrecorded = [&](const std::string& after = "") {
    std::vector<std::string> ids;
    const auto holds = desk->unrecorded_endings(after);
    for (const HoldPtr& hold : *holds)
      ids.push_back(hold->id);
    return ids;
  };
  const std::string rejected = attach(payment("a")).hold->id;
  clock.advance(Milliseconds(1));
  const std::string expired = attach(payment("b")).hold->id;
  const std::string ran = running(payment("c")).hold->id;
  ASSERT_TRUE(desk->finish(ran, Ending::succeeded, {}, false));
  EXPECT_THAT(unrecorded(), IsEmpty()) << "nothing has ended unreleased yet";
  ASSERT_TRUE(reject(rejected, "alice"));
  clock.advance(options.timeout);
  restart();
  EXPECT_THAT(unrecorded(), ElementsAre(rejected, expired)) << "oldest first";
  EXPECT_THAT(unrecorded(rejected), ElementsAre(expired));
  EXPECT_EQ((*desk->unrecorded_endings(""))[0]->votes.size(), 1u) << "with what its receipt needs";
  desk->recorded(rejected);
  restart();
  EXPECT_THAT(unrecorded(), ElementsAre(expired));
  desk->recorded(expired);
  EXPECT_THAT(unrecorded(), IsEmpty());
}

TEST_F(Restarting, RequestsThatDidNotArriveAreSentAgain) {
  const std::string first = attach(payment("a")).hold->id;
  const std::string second = attach(payment("b")).hold->id;
  const std::string decided = attach(payment("c")).hold->id;
  ASSERT_TRUE(reject(decided, "alice"));
  desk->delivered(first, "alice");
  desk->delivered(first, "alice");
  EXPECT_THAT(desk->find(first)->notified, ElementsAre("alice"));
  restart();
  ASSERT_THAT(notices.events(), ElementsAre(Event::requested, Event::requested));
  for (const Notice& notice : notices.all) {
    EXPECT_NE(notice.hold->id, decided);
    EXPECT_EQ(notice.hold->notified.size(), notice.hold->id == first ? 1u : 0u);
  }
  EXPECT_THAT(desk->find(second)->notified, IsEmpty());
}

}  // namespace
}  // namespace holdfast::approvals::test
