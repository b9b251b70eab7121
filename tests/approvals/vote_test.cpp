// Who may vote, once, on what, and until when (04-approvals, 08-attacks "Approval").
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;

class Voting : public House {};

TEST_F(Voting, OneApprovalOfTheRightGroupApproves) {
  const Attached held = attach(payment());
  const auto hold = approve(held.hold->id, "alice");
  ASSERT_TRUE(hold);
  EXPECT_EQ((*hold)->status, Status::approved);
  EXPECT_EQ((*hold)->redeem_until, clock.wall() + options.redeem_ttl);
  EXPECT_THAT((*hold)->pending_approvers, ElementsAre());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0], *hold);
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::resolved));
}

TEST_F(Voting, AQuorumOfTwoNeedsTwoPeople) {
  const std::string id = attach(payment("k", "two")).hold->id;
  const auto first = approve(id, "bob");
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->status, Status::pending);
  EXPECT_THAT((*first)->pending_approvers, ElementsAre("alice", "carol"));
  EXPECT_REFUSED(approve(id, "bob"), Code::conflict, "already voted");
  EXPECT_EQ(status(id), Status::pending);
  ASSERT_TRUE(approve(id, "carol"));
  EXPECT_EQ(status(id), Status::approved);
}

TEST_F(Voting, OneRejectionEndsIt) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(approve(id, "bob"));
  const auto hold = reject(id, "carol");
  ASSERT_TRUE(hold);
  EXPECT_EQ((*hold)->ending, Ending::rejected);
  EXPECT_REFUSED(approve(id, "alice"), Code::conflict, "already resolved: rejected");
}

TEST_F(Voting, WhoIsNotOnThePlanIsForbidden) {
  const std::string id = attach(payment()).hold->id;
  EXPECT_REFUSED(approve(id, "dave"), Code::forbidden, "not an approver");
  EXPECT_REFUSED(approve(id, "mallory"), Code::forbidden, "not an approver");
  EXPECT_REFUSED(reject(id, "dave"), Code::forbidden, "not an approver");
  EXPECT_EQ(status(id), Status::pending);
  ASSERT_TRUE(reject(id, "alice"));
  EXPECT_REFUSED(approve(id, "dave"), Code::forbidden, "not an approver");
}

TEST_F(Voting, ApprovingAnotherCallIsAConflict) {
  const std::string id = attach(payment()).hold->id;
  VoteRequest other = ballot(id, "alice");
  other.digest = "sha256:00000000000000000000000000000000000000000000000000000000000000bb";
  EXPECT_REFUSED(desk->vote(other), Code::conflict, "digest");
  other.act = Act::reject;
  EXPECT_REFUSED(desk->vote(other), Code::conflict, "digest");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Voting, AnApprovalNamesWhatItApprovesAndARejectionNeedNot) {
  const std::string id = attach(payment()).hold->id;
  VoteRequest request = ballot(id, "alice");
  request.digest.clear();
  EXPECT_REFUSED(desk->vote(request), Code::malformed, "digest");
  request.act = Act::reject;
  EXPECT_TRUE(desk->vote(request));
}

TEST_F(Voting, ReasonsAreBoundedText) {
  const std::string id = attach(payment()).hold->id;
  VoteRequest request = ballot(id, "alice");
  request.reason = std::string(1025, 'x');
  EXPECT_REFUSED(desk->vote(request), Code::malformed, "1 KiB");
  request.reason = "\xff";
  EXPECT_REFUSED(desk->vote(request), Code::malformed, "UTF-8");
  request.reason = std::string(1024, 'x');
  EXPECT_TRUE(desk->vote(request));
}

TEST_F(Voting, AnUnknownHoldIsNotFound) {
  EXPECT_REFUSED(approve("0199b3a0-0000-7000-8000-00000000ffff", "alice"), Code::not_found, "no approval");
}

TEST_F(Voting, AVoteOnAnApprovedHoldIsTooLate) {
  const std::string id = attach(payment()).hold->id;
  ASSERT_TRUE(approve(id, "alice"));
  EXPECT_REFUSED(reject(id, "bob"), Code::conflict, "already resolved: approved");
  EXPECT_EQ(status(id), Status::approved);
}

TEST_F(Voting, OneMillisecondBeforeTheDeadlineCounts) {
  const std::string id = attach(payment()).hold->id;
  clock.advance(options.timeout - Milliseconds(1));
  EXPECT_TRUE(approve(id, "alice"));
}

TEST_F(Voting, AtTheDeadlineItIsGoneAndExpiredOnDiskWithoutATick) {
  const std::string id = attach(payment()).hold->id;
  clock.advance(options.timeout);
  EXPECT_REFUSED(approve(id, "alice"), Code::gone, "expired");
  EXPECT_EQ(desk->find(id)->ending, Ending::expired);
  restart();
  EXPECT_EQ(desk->find(id)->ending, Ending::expired);
  EXPECT_REFUSED(approve(id, "alice"), Code::gone, "expired");
}

TEST_F(Voting, AWallClockSetBackDoesNotReviveIt) {
  const std::string id = attach(payment()).hold->id;
  clock.step_wall(-std::chrono::hours(1));
  clock.advance(options.timeout);
  EXPECT_REFUSED(approve(id, "alice"), Code::gone, "expired");
}

TEST_F(Voting, AWallClockSetForwardExpiresItAtOnce) {
  const std::string id = attach(payment()).hold->id;
  clock.step_wall(options.timeout);
  EXPECT_REFUSED(approve(id, "alice"), Code::gone, "expired");
}

TEST_F(Voting, TickExpiresAtTheExactMomentAndTellsEverybody) {
  const std::string id = attach(payment()).hold->id;
  EXPECT_EQ(desk->tick(), clock.steady() + std::chrono::seconds(1));
  clock.advance(options.timeout - Milliseconds(7));
  EXPECT_EQ(desk->tick(), clock.steady() + Milliseconds(7));
  EXPECT_EQ(status(id), Status::pending);
  clock.advance(Milliseconds(7));
  desk->tick();
  EXPECT_EQ(status(id), Status::expired);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]->ending, Ending::expired);
  EXPECT_THAT(notices.events(), ElementsAre(Event::requested, Event::resolved));
}

TEST_F(Voting, APlansOwnTimeoutWins) {
  options.plans["default"].timeout = std::chrono::minutes(5);
  desk->set_options(options);
  const Attached held = attach(payment());
  EXPECT_EQ(held.hold->expires_at, clock.wall() + std::chrono::minutes(5));
}

TEST_F(Voting, WhoLeftTheRosterIsNoLongerAsked) {
  const std::string id = attach(payment()).hold->id;
  options.approvers.erase(options.approvers.begin());
  desk->set_options(options);
  EXPECT_THAT(desk->find(id)->pending_approvers, ElementsAre("bob"));
  EXPECT_REFUSED(approve(id, "alice"), Code::forbidden, "not an approver");
}

}  // namespace
}  // namespace holdfast::approvals::test
