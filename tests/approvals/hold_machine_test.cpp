#include "approvals/hold_machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace holdfast::approvals {
namespace {

// The diagram of 03-calls, written down a second time: what may follow while there is no ending.
const std::map<Status, std::map<Step, Status>> kDiagram{
    {Status::pending,
     {{Step::approval, Status::pending},
      {Step::quorum, Status::approved},
      {Step::rejection, Status::rejected},
      {Step::deadline, Status::expired},
      {Step::cancel, Status::cancelled},
      {Step::change_policy, Status::policy_changed},
      {Step::detach, Status::pending},
      {Step::cancel_wait, Status::pending},
      {Step::found_sent, Status::released},
      {Step::attach, Status::pending}}},
    {Status::approved,
     {{Step::quorum_lost, Status::pending},
      {Step::release, Status::released},
      {Step::unclaimed, Status::client_gone},
      {Step::cancel, Status::cancelled},
      {Step::change_policy, Status::policy_changed},
      {Step::detach, Status::approved},
      {Step::cancel_wait, Status::approved},
      {Step::found_sent, Status::released},
      {Step::attach, Status::approved}}},
    {Status::released,
     {{Step::unrelease, Status::approved},
      {Step::succeed, Status::released},
      {Step::upstream_fail, Status::released},
      {Step::lose_outcome, Status::released},
      {Step::halt, Status::released},
      {Step::permit, Status::released},
      {Step::fail, Status::released},
      {Step::outdate, Status::released},
      {Step::detach, Status::released},
      {Step::attach, Status::released}}},
};

bool legal(const Standing& from, Step step) {
  if (from.ending || (step == Step::release && from.detached)) return false;
  const auto row = kDiagram.find(from.status);
  return row != kDiagram.end() && row->second.contains(step);
}

bool ends(Status status) {
  return status != Status::pending && status != Status::approved && status != Status::released;
}

// Whatever happened before, time alone ends it: a deadline, an approval nobody claims, an outcome nobody
// learns.
void expect_time_ends_it(const Standing& standing) {
  if (standing.ending) return;
  const Step due = standing.status == Status::pending    ? Step::deadline
                   : standing.status == Status::approved ? Step::unclaimed
                                                         : Step::lose_outcome;
  const Result<Standing> over = advance(standing, due);
  ASSERT_TRUE(over) << over.error().detail;
  ASSERT_TRUE(over->ending) << to_string(standing.status);
}

// Every sequence of the steps. One that contains a refused step is not followed further: a refusal
// leaves the standing as it was, so what follows is a shorter sequence, which is walked as well.
struct Walk {
  std::size_t paths = 0;
  std::set<Status> seen;

  void from(const Standing& standing, int steps_left, int unsent_releases, int endings) {
    ++paths;
    seen.insert(standing.status);
    // Released and not taken back, at most once; one ending, and it is the status's own.
    ASSERT_LE(unsent_releases, 1);
    ASSERT_LE(endings, 1);
    ASSERT_EQ(standing.ending.has_value(), endings == 1);
    ASSERT_TRUE(!ends(standing.status) || standing.ending);
    ASSERT_NO_FATAL_FAILURE(expect_time_ends_it(standing));
    if (steps_left == 0) return;
    for (int i = 0; i < kSteps; ++i) {
      const Step step = static_cast<Step>(i);
      const Result<Standing> next = advance(standing, step);
      ASSERT_EQ(next.has_value(), legal(standing, step))
          << to_string(standing.status) << " " << to_string(step);
      if (!next) {
        ASSERT_EQ(next.error().code, Code::conflict);
        continue;
      }
      const Status expected = kDiagram.at(standing.status).at(step);
      const bool said_so = step == Step::unclaimed && standing.client_cancelled;
      ASSERT_EQ(next->status, said_so ? Status::cancelled : expected);
      const bool released = step == Step::release || step == Step::found_sent;
      const int releases = released ? 1 : step == Step::unrelease ? -1 : 0;
      from(*next, steps_left - 1, unsent_releases + releases, endings + (next->ending ? 1 : 0));
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
};

TEST(HoldMachine, EverySequenceOfSixStepsEndsAtMostOnceAndReleasesAtMostOnce) {
  Walk walk;
  walk.from(Standing{}, 6, 0, 0);
  EXPECT_GT(walk.paths, 20'000u);
  EXPECT_EQ(walk.seen.size(), 8u) << "every status is reached within six steps";
}

TEST(HoldMachine, AnEndedHoldTakesNoStepAtAll) {
  for (const Status status : {Status::rejected, Status::expired, Status::cancelled, Status::client_gone,
                              Status::policy_changed, Status::released}) {
    for (int i = 0; i < kSteps; ++i) {
      EXPECT_FALSE(advance(Standing{status, false, false, Ending::cancelled}, static_cast<Step>(i)));
    }
  }
}

TEST(HoldMachine, ADetachedHoldIsNotReleasedUntilSomebodyAsksAgain) {
  const Standing detached{Status::approved, true, true, std::nullopt};
  EXPECT_FALSE(advance(detached, Step::release));
  const Result<Standing> back = advance(detached, Step::attach);
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->detached);
  EXPECT_FALSE(back->client_cancelled);
  EXPECT_TRUE(advance(*back, Step::release));
}

TEST(HoldMachine, WhatTheLogKnowsToBeSentIsReleasedWithoutVotesOrAClient) {
  for (const Status status : {Status::pending, Status::approved}) {
    const Result<Standing> sent = advance(Standing{status, true, true, std::nullopt}, Step::found_sent);
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->status, Status::released);
    EXPECT_TRUE(advance(*sent, Step::lose_outcome));
    EXPECT_TRUE(advance(*sent, Step::succeed));
    EXPECT_FALSE(advance(*sent, Step::cancel));
    EXPECT_FALSE(advance(*sent, Step::found_sent));
  }
}

TEST(HoldMachine, AnUnclaimedApprovalEndsAsWhatTheClientSaid) {
  EXPECT_EQ(advance(Standing{Status::approved, true, false, {}}, Step::unclaimed)->ending,
            Ending::client_gone);
  EXPECT_EQ(advance(Standing{Status::approved, true, true, {}}, Step::unclaimed)->ending, Ending::cancelled);
}

TEST(HoldMachine, APendingHoldOfAGoneClientExpiresAndIsNeverARefusal) {
  const Result<Standing> over = advance(Standing{Status::pending, true, true, {}}, Step::deadline);
  ASSERT_TRUE(over);
  EXPECT_EQ(over->ending, Ending::expired);
}

TEST(HoldMachine, EveryStatusNameIsReadBack) {
  for (int i = 0; i < 8; ++i) {
    const Status status = static_cast<Status>(i);
    EXPECT_EQ(parse_status(to_string(status)), status);
  }
  EXPECT_EQ(parse_status("Pending"), std::nullopt);
  EXPECT_EQ(parse_status(""), std::nullopt);
}

}  // namespace
}  // namespace holdfast::approvals
