// A vote counts as long as the credential that cast it is one of its approver's (03-calls "The states").
#include <fmt/format.h>
#include <sqlite3.h>

#include "approvals/credential_marks.hpp"
#include "approvals/plan.hpp"
#include "approvals/sqlite.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const crypto::MarkKey& key() {
  static const crypto::MarkKey made = crypto::MarkKey::from_seed(Secret(std::string(32, 'k')));
  return made;
}

// Alice with a token and the secrets of a webhook, marked.
Options alice_by(const std::string& token, const std::vector<std::string>& secrets) {
  Options options = house_options();
  options.approvers = {person("alice", {"lead"})};
  options.approvers[0].token = Secret(token);
  if (!secrets.empty()) {
    Webhook& webhook = options.approvers[0].webhook.emplace();
    for (const std::string& secret : secrets)
      webhook.secrets.emplace_back(secret);
  }
  mark_credentials(options, key());
  return options;
}

Vote cast_by(const std::string& mark) {
  Vote vote;
  vote.approver = "alice";
  vote.credential = mark;
  return vote;
}

TEST(Credential, CountsAsLongAsItIsOneOfItsApprovers) {
  const Marks then = alice_by("token-1", {"whsec_1", "whsec_2"}).approvers[0].marks;
  ASSERT_THAT(then.secrets, SizeIs(2));
  struct Row {
    const char* name;
    std::string mark, token;
    std::vector<std::string> secrets;
    bool counts;
  };
  const std::vector<Row> rows{
      {"the token of then", then.token, "token-1", {}, true},
      {"the token was replaced", then.token, "token-2", {"whsec_1"}, false},
      {"the token was taken away", then.token, "", {"whsec_1"}, false},
      {"the webhook's secret of then", then.secrets[0], "token-2", {"whsec_1"}, true},
      {"the secret of then stays as the second", then.secrets[0], "", {"whsec_9", "whsec_1"}, true},
      {"the second secret of then is the first", then.secrets[1], "", {"whsec_2"}, true},
      {"the secret was replaced", then.secrets[0], "token-1", {"whsec_2"}, false},
      {"there is no webhook any more", then.secrets[0], "token-1", {}, false},
      {"a vote of before marks were kept", "", "token-1", {"whsec_1"}, false},
      {"and nobody has that mark who has no token", "", "", {"whsec_1"}, false},
      {"a secret that became the token", then.secrets[0], "whsec_1", {}, false},
  };
  for (const Row& row : rows) {
    const Options now = alice_by(row.token, row.secrets);
    EXPECT_EQ(stands(cast_by(row.mark), now.approvers), row.counts) << row.name;
    EXPECT_EQ(satisfied({1, {"lead"}, {}}, {cast_by(row.mark)}, now.approvers), row.counts) << row.name;
  }
}

TEST(Credential, OfOneWhoIsMarkedByAnotherKeyOrNotAtAllDoesNotCount) {
  Options options = alice_by("token-1", {"whsec_1"});
  const Vote vote = cast_by(options.approvers[0].marks.token);
  mark_credentials(options, crypto::MarkKey::from_seed(Secret(std::string(32, 'x'))));
  EXPECT_FALSE(stands(vote, options.approvers));
  options.approvers[0].marks = {};
  EXPECT_FALSE(stands(vote, options.approvers));
  EXPECT_FALSE(stands(cast_by(""), options.approvers));
}

TEST(Credential, TwoApproversWithTheSameOneHaveDifferentMarks) {
  Options options = house_options();
  for (Approver& approver : options.approvers)
    approver.token = Secret("the-same-0123456789");
  mark_credentials(options, key());
  EXPECT_NE(options.approvers[0].marks.token, options.approvers[1].marks.token);
}

class Replaced : public House {
 protected:
  void replace(std::size_t who) {
    options.approvers[who].marks.token = "mark-of-another";
    desk->set_options(options);
  }
  VoteRequest anew(const std::string& id, const std::string& approver) {
    VoteRequest request = ballot(id, approver);
    request.credential = "mark-of-another";
    return request;
  }
};

TEST_F(Replaced, AnApprovalIsNotReleasedAndItsApproverVotesAgain) {
  const std::string id = attach(payment()).hold->id;
  const std::int64_t version = (*approve(id, "alice"))->version;
  replace(0);
  EXPECT_THAT(desk->find(id)->undone, ElementsAre("alice"));
  EXPECT_REFUSED(desk->release(id, version), Code::conflict, "quorum");
  const HoldPtr back = desk->find(id);
  EXPECT_EQ(back->status, Status::pending);
  EXPECT_THAT(back->pending_approvers, ElementsAre("alice", "bob"));
  const auto again = desk->vote(anew(id, "alice"));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ((*again)->status, Status::approved);
  EXPECT_THAT((*again)->votes, SizeIs(1)) << "the one before is not counted beside it";
  EXPECT_THAT((*again)->undone, IsEmpty());
  const auto released = desk->release(id, (*again)->version);
  ASSERT_TRUE(released);
  EXPECT_EQ((*released)->votes[0].credential, "mark-of-another");
}

TEST_F(Replaced, TheSameAfterARestartInBetween) {
  const std::string id = attach(payment()).hold->id;
  ASSERT_TRUE(approve(id, "alice"));
  options.approvers[0].marks.token = "mark-of-another";
  restart();
  const Attached again = attach(payment());
  EXPECT_EQ(again.hold->status, Status::approved);
  EXPECT_REFUSED(desk->release(id, again.hold->version), Code::conflict, "quorum");
  ASSERT_TRUE(desk->vote(anew(id, "alice")));
  restart();
  const Attached third = attach(payment());
  EXPECT_THAT(third.hold->votes, SizeIs(1));
  EXPECT_TRUE(desk->release(id, third.hold->version));
}

TEST_F(Replaced, AVoteOfBeforeDoesNotHelpTheNextToAQuorum) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(approve(id, "alice"));
  replace(0);
  const auto one = approve(id, "bob");
  ASSERT_TRUE(one);
  EXPECT_EQ((*one)->status, Status::pending);
  EXPECT_THAT((*one)->pending_approvers, ElementsAre("alice", "carol"));
  ASSERT_TRUE(desk->vote(anew(id, "alice")));
  EXPECT_EQ(status(id), Status::approved);
}

TEST_F(Replaced, OneOfTodayVotesOnceAsEver) {
  const std::string id = attach(payment("k", "two")).hold->id;
  options.approvers[0].marks.secrets = {"mark-of-her-webhook"};
  desk->set_options(options);
  ASSERT_TRUE(approve(id, "alice"));
  VoteRequest second = ballot(id, "alice");
  second.credential = "mark-of-her-webhook";
  EXPECT_REFUSED(desk->vote(second), Code::conflict, "already voted");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Replaced, AVoteThatWasOnItsWayIsRefusedAndMayBeCastAnew) {
  const std::string id = attach(payment()).hold->id;
  replace(0);
  EXPECT_REFUSED(approve(id, "alice"), Code::forbidden, "was replaced");
  EXPECT_REFUSED(reject(id, "alice"), Code::forbidden, "was replaced");
  EXPECT_EQ(status(id), Status::pending);
  VoteRequest unmarked = ballot(id, "alice");
  unmarked.credential.clear();
  EXPECT_REFUSED(desk->vote(unmarked), Code::forbidden, "was replaced");
  EXPECT_TRUE(desk->vote(anew(id, "alice")));
}

TEST_F(Replaced, AVoteOfAStoreOfBeforeVersionSixDoesNotCountAndIsCastAgain) {
  const std::string id = attach(payment()).hold->id;
  ASSERT_TRUE(approve(id, "alice"));
  desk.reset();
  {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((directory.path() / "approvals.db").c_str(), &raw), SQLITE_OK);
    const sqlite::Handle db(raw);
    ASSERT_EQ(sqlite3_exec(raw, kDropSinceVersion7, nullptr, nullptr, nullptr), SQLITE_OK);
    const char* as_of_five = "ALTER TABLE votes DROP COLUMN credential; PRAGMA user_version=5";
    ASSERT_EQ(sqlite3_exec(raw, as_of_five, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  }
  open();
  const Attached again = attach(payment());
  ASSERT_THAT(again.hold->votes, SizeIs(1)) << "who voted is not forgotten";
  EXPECT_EQ(again.hold->votes[0].evidence, "sha256:evidence");
  EXPECT_REFUSED(desk->release(id, again.hold->version), Code::conflict, "quorum");
  const auto anew = approve(id, "alice");
  ASSERT_TRUE(anew) << anew.error().detail;
  EXPECT_TRUE(desk->release(id, (*anew)->version));
}

}  // namespace
}  // namespace holdfast::approvals::test
