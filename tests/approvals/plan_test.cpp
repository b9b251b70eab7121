#include "approvals/plan.hpp"

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals {
namespace {

using test::house_options;
using test::payment;
using ::testing::ElementsAre;

Vote vote_of(const std::string& approver, Act act = Act::approve) {
  Vote vote;
  vote.approver = approver;
  vote.act = act;
  vote.credential = test::mark_of(approver);
  return vote;
}

struct QuorumRow {
  const char* name;
  int require;
  std::vector<std::string> from;
  std::vector<std::string> approved_by;
  bool satisfied;
};

TEST(Quorum, CountsDistinctPeopleOfTheRosterInTheGroups) {
  const std::vector<QuorumRow> rows{
      {"one of one", 1, {"lead"}, {"alice"}, true},
      {"nobody yet", 1, {"lead"}, {}, false},
      {"wrong group", 1, {"lead"}, {"carol"}, false},
      {"two distinct", 2, {"lead", "security"}, {"alice", "carol"}, true},
      {"the same person twice", 2, {"lead", "security"}, {"bob", "bob"}, false},
      {"one person in both groups is one", 2, {"lead", "security"}, {"bob"}, false},
      {"somebody who left the roster", 1, {"lead"}, {"eve"}, false},
      {"a name in another case", 1, {"lead"}, {"Alice"}, false},
      {"more than enough", 1, {"lead"}, {"alice", "bob"}, true},
      {"a quorum of nobody is none", 0, {"lead"}, {}, false},
      {"nor of fewer", -1, {"lead"}, {}, false},
      {"no group", 1, {}, {"alice"}, false},
  };
  const Options options = house_options();
  for (const QuorumRow& row : rows) {
    std::vector<Vote> votes;
    for (const std::string& approver : row.approved_by)
      votes.push_back(vote_of(approver));
    EXPECT_EQ(satisfied({row.require, row.from, {}}, votes, options.approvers), row.satisfied) << row.name;
  }
}

TEST(Quorum, ARejectionIsNoApproval) {
  EXPECT_FALSE(satisfied({1, {"lead"}, {}}, {vote_of("alice", Act::reject)}, house_options().approvers));
}

TEST(Quorum, IncludesSomebodyOfEachGroupThatItMust) {
  const Options options = house_options();
  const Quorum both{1, {"lead", "security"}, {"security"}};
  EXPECT_FALSE(satisfied(both, {vote_of("alice")}, options.approvers)) << "she is no security";
  EXPECT_TRUE(satisfied(both, {vote_of("carol")}, options.approvers));
  EXPECT_TRUE(satisfied(both, {vote_of("alice"), vote_of("bob")}, options.approvers)) << "he is both";
  const Quorum neither{1, {"lead"}, {"security"}};
  EXPECT_FALSE(satisfied(neither, {vote_of("carol")}, options.approvers)) << "she may not vote";
}

TEST(Quorum, OfARaisedPlanIsTheStricterOfBoth) {
  Plan plan = test::plan("default", 2, {"lead"});
  plan.must_include = {"lead"};
  EXPECT_EQ(quorum_of(plan, 0, {}), (Quorum{2, {"lead"}, {"lead"}}));
  EXPECT_EQ(quorum_of(plan, 1, {}).require, 2);
  EXPECT_EQ(quorum_of(plan, 3, {"security"}), (Quorum{3, {"lead", "security"}, {"lead", "security"}}));
}

class PlanOfHold : public ::testing::Test {
 protected:
  PlanOfHold() {
    hold.call = payment("key", "default");
    hold.quorum.require = 1;
    hold.quorum.from = {"lead"};
  }
  Options options = house_options();
  Hold hold;
};

TEST_F(PlanOfHold, AsksEverybodyOfItsGroupsWhoHasNotVoted) {
  reckon(hold, options);
  EXPECT_THAT(hold.pending_approvers, ElementsAre("alice", "bob"));
  hold.votes.push_back(vote_of("alice"));
  reckon(hold, options);
  EXPECT_THAT(hold.pending_approvers, ElementsAre("bob"));
  hold.status = Status::approved;
  reckon(hold, options);
  EXPECT_THAT(hold.pending_approvers, ElementsAre());
}

TEST_F(PlanOfHold, IsAnsweredOnlyByItsApprovers) {
  EXPECT_TRUE(may_vote(hold, options, "alice"));
  EXPECT_FALSE(may_vote(hold, options, "dave"));
  EXPECT_FALSE(may_vote(hold, options, "nobody"));
  EXPECT_FALSE(may_vote(hold, options, ""));
}

TEST_F(PlanOfHold, MustSatisfyTheOldPlanAndTheNewOneOfItsName) {
  hold.votes.push_back(vote_of("alice"));
  EXPECT_TRUE(quorum_met(hold, options));
  options.plans["default"].require = 2;
  EXPECT_FALSE(quorum_met(hold, options)) << "stricter now";
  hold.votes.push_back(vote_of("bob"));
  EXPECT_TRUE(quorum_met(hold, options));
  options.plans["default"] = test::plan("default", 1, {"outside"});
  EXPECT_FALSE(quorum_met(hold, options)) << "other people are asked now";
  EXPECT_TRUE(may_vote(hold, options, "dave")) << "and may answer";
  options.plans.erase("default");
  EXPECT_FALSE(quorum_met(hold, options)) << "without a plan nothing is approved";
}

TEST_F(PlanOfHold, MustSatisfyEachOfSeveralPlans) {
  options.plans["outer"] = test::plan("outer", 1, {"outside"});
  hold.call.further_plans = {"outer"};
  hold.further = {Quorum{1, {"outside"}, {}}};
  EXPECT_TRUE(may_vote(hold, options, "dave"));
  hold.votes.push_back(vote_of("alice"));
  EXPECT_FALSE(quorum_met(hold, options));
  hold.votes.push_back(vote_of("dave"));
  EXPECT_TRUE(quorum_met(hold, options));
  options.plans["outer"].from = {"security"};
  EXPECT_FALSE(quorum_met(hold, options)) << "other people are asked now";
  options.plans.erase("outer");
  EXPECT_FALSE(quorum_met(hold, options)) << "one plan is gone";
}

TEST_F(PlanOfHold, IsStillRaisedWhenItsPlanChanges) {
  hold.call.required = 2;
  hold.call.must_include = {"security"};
  hold.quorum = quorum_of(options.plans["default"], 2, {"security"});
  options.plans["default"] = test::plan("default", 1, {"outside"});
  for (const char* approver : {"alice", "bob", "dave"})
    hold.votes.push_back(vote_of(approver));
  EXPECT_TRUE(quorum_met(hold, options));
  hold.votes.erase(hold.votes.begin() + 1);
  EXPECT_FALSE(quorum_met(hold, options)) << "nobody of security";
}

}  // namespace
}  // namespace holdfast::approvals
