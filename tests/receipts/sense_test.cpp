// The rules of sense, each broken by a log that is otherwise in order: signed, complete, every hash right.
#include "receipts/sense.hpp"

#include "receipts/queue.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SenseOfALog : public LogFixture {
 protected:
  SenseOfALog() { open(); }
  using Approvals = std::vector<json::ObjectText>;

  // An escalated call with these approvals in both entries, after the roster.
  std::vector<std::string> escalated(const Approvals& approvals, int require = 1) {
    append_roster();
    const std::string call = id();
    const auto at = append("authorize", authorize(call, approvals, require));
    EXPECT_TRUE(append("receipt", released(call, *at, approvals)));
    return failures();
  }
};

TEST_F(SenseOfALog, AnApprovedCallIsFine) {
  EXPECT_THAT(escalated({approval("alice", "lead")}), IsEmpty());
  EXPECT_THAT(escalated({approval("alice", "lead"), approval("bob", "legal")}, 2), IsEmpty());
}

TEST_F(SenseOfALog, AnEscalatedCallThatRanWithoutApprovalsIsNot) {
  EXPECT_THAT(escalated({}), Contains(AllOf(HasSubstr("entry 4: "), HasSubstr("without approvals"))));
}

TEST_F(SenseOfALog, ApprovalsStrippedFromEitherEntryAreMissed) {
  append_roster();
  const Approvals good = {approval("alice", "lead")};
  std::string call = id();
  auto at = append("authorize", authorize(call, good));
  ASSERT_TRUE(append("receipt", released(call, *at, {})));
  EXPECT_THAT(failures(), Contains(HasSubstr("without approvals")));
  call = id();
  at = append("authorize", authorize(call, {}));
  ASSERT_TRUE(append("receipt", released(call, *at, good)));
  EXPECT_THAT(failures(), Contains(HasSubstr("entry 6: no quorum by the authorize entry's approvals")));
}

TEST_F(SenseOfALog, TheQuorumCountsPeopleNotVotes) {
  EXPECT_THAT(escalated({approval("bob", "lead"), approval("bob", "legal")}, 2),
              Contains(HasSubstr("of 2 approvers that the plan requires, 1 on the roster approved")));
}

TEST_F(SenseOfALog, ApproversOfOtherGroupsDoNotCount) {
  EXPECT_THAT(escalated({approval("eve", "sales")}), Contains(HasSubstr("0 on the roster approved")));
}

TEST_F(SenseOfALog, ARejectionSpoilsTheQuorum) {
  EXPECT_THAT(escalated({approval("alice", "lead"), approval("bob", "legal", "reject")}),
              Contains(HasSubstr("bob rejected it")));
}

TEST_F(SenseOfALog, APlanThatRequiresNobodyApprovesNothing) {
  EXPECT_THAT(escalated({approval("alice", "lead")}, 0), Contains(HasSubstr("requires nobody")));
}

TEST_F(SenseOfALog, TheRosterIsTheOneBeforeTheAuthorizeEntry) {
  append_roster();
  append_roster(R"({"approvers":[{"groups":["legal"],"id":"bob"}]})");
  const std::string call = id();
  const auto at = append("authorize", authorize(call, {approval("alice", "lead")}));
  append_roster();
  ASSERT_TRUE(append("receipt", released(call, *at, {approval("alice", "lead")})));
  EXPECT_THAT(failures(), Contains(HasSubstr("0 on the roster approved")));
}

TEST_F(SenseOfALog, WithoutARosterNothingIsApproved) {
  const std::string call = id();
  const auto at = append("authorize", authorize(call, {approval("alice", "lead")}));
  ASSERT_TRUE(append("receipt", released(call, *at, {approval("alice", "lead")})));
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("no readable roster"), HasSubstr("no readable roster")));
}

TEST_F(SenseOfALog, BlobsThatAreMissingOrChangedAreNamed) {
  const auto digest = log_->keep_blob(kRoster);
  const std::filesystem::path blob = files().blobs / digest->substr(7);
  EXPECT_THAT(escalated({approval("alice", "lead")}), IsEmpty());
  spit(blob, kRoster + " ");
  EXPECT_THAT(failures(),
              Contains(AllOf(HasSubstr("entry 2: the roster"), HasSubstr("is not what its name says"))));
  std::filesystem::remove(blob);
  EXPECT_THAT(failures(), Contains(HasSubstr("entry 2: the roster")));
}

TEST_F(SenseOfALog, EvidenceAndPolicyAreLookedFor) {
  json::ObjectText vote = approval("alice", "lead");
  vote.set("evidence", kDigest);
  EXPECT_THAT(escalated({vote}), Contains(HasSubstr("the evidence of alice")));
  ASSERT_TRUE(append(
      "policy", json::ObjectText().set("id", id()).set("digest", kDigest).set("manifest_blob", kDigest)));
  EXPECT_THAT(failures(), Contains(HasSubstr("the policy's manifest")));
}

TEST_F(SenseOfALog, WhatWasSentMustBeWhatWasJudged) {
  json::ObjectText members = base(id(), "", "allow");
  members.set("outcome",
              json::ObjectText().set("state", "succeeded").set("sent", "sha256:" + std::string(64, 'b')));
  ASSERT_TRUE(append("receipt", std::move(members)));
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("entry 2: outcome.sent is not request.digest")));
}

TEST_F(SenseOfALog, ADeniedCallDoesNotRun) {
  for (const char* state : {"succeeded", "outcome_unknown", "upstream_failed"}) {
    json::ObjectText members = base(id(), "", "deny");
    members.set("outcome", json::ObjectText().set("state", state));
    ASSERT_TRUE(append("receipt", std::move(members)));
  }
  json::ObjectText denied = base(id(), "", "deny");
  denied.set("outcome", json::ObjectText().set("state", "policy_denied"));
  ASSERT_TRUE(append("receipt", std::move(denied)));
  EXPECT_EQ(failures().size(), 3U);
}

TEST_F(SenseOfALog, ReceiptsWithoutADecisionRanNothingForSure) {
  const auto undecided = [&](const char* state) {
    json::ObjectText members;
    members.set("id", id()).set("call", id()).set("outcome", json::ObjectText().set("state", state));
    EXPECT_TRUE(append("receipt", std::move(members)));
    return failures();
  };
  EXPECT_THAT(undecided("malformed"), IsEmpty());
  EXPECT_THAT(undecided("outcome_unknown"), IsEmpty());  // an intent found at boot
  EXPECT_THAT(undecided("succeeded"), Contains(HasSubstr("without a decision")));
  EXPECT_THAT(undecided("approval_pending"), Contains(HasSubstr("no known final state")));
  EXPECT_THAT(undecided("fine"), Contains(HasSubstr("no known final state")));
}

// Boot recovery knows the authorize entry and nothing more.
TEST_F(SenseOfALog, AReceiptOfRecoveryRestsOnTheApprovalsOfItsAuthorizeEntry) {
  append_roster();
  const auto recover = [&](const Approvals& approvals) {
    const std::string call = id();
    const auto at = append("authorize", authorize(call, approvals));
    json::ObjectText members;
    members.set("id", id())
        .set("call", call)
        .set("outcome", json::ObjectText().set("state", "outcome_unknown"));
    members.set("prev", json::ObjectText().set("index", at->index).set("hash", hex_of(*at)));
    EXPECT_TRUE(append("receipt", std::move(members)));
    return failures();
  };
  EXPECT_THAT(recover({approval("alice", "lead")}), IsEmpty());
  EXPECT_THAT(recover({}), Contains(HasSubstr("no quorum")));
}

TEST_F(SenseOfALog, PrevNamesTheAuthorizeEntryOfItsCall) {
  append_roster();
  const Approvals good = {approval("alice", "lead")};
  const std::string first = id();
  const std::string second = id();
  const auto at_first = append("authorize", authorize(first, good));
  const auto at_second = append("authorize", authorize(second, good));
  Appended wrong_hash = *at_first;
  wrong_hash.leaf = at_second->leaf;
  ASSERT_TRUE(append("receipt", released(first, wrong_hash, good)));
  EXPECT_THAT(failures(), ElementsAre("entry 5: prev.hash is not the hash of entry 3"));
  ASSERT_TRUE(append("receipt", released(second, *at_first, good)));
  EXPECT_THAT(failures(), Contains(HasSubstr("entry 6: prev.index is not that of the authorize entry, 4")));
  ASSERT_TRUE(append("receipt", released(id(), *at_first, good)));
  EXPECT_THAT(failures(), Contains("entry 7: prev does not name an authorize entry of this call"));
}

TEST_F(SenseOfALog, TheDigestApprovedIsTheDigestInTheReceipt) {
  append_roster();
  const std::string call = id();
  json::ObjectText members;
  members.set("id", id())
      .set("call", call)
      .set("request", json::ObjectText().set("digest", "sha256:" + std::string(64, 'c')));
  members.set("decision", json::ObjectText().set("effect", "escalate"));
  members.set("plan", json::ObjectText().set("require", 1).set_raw("from", R"(["lead"])"));
  add_approvals(members, {approval("alice", "lead")});
  const auto at = append("authorize", std::move(members));
  ASSERT_TRUE(append("receipt", released(call, *at, {approval("alice", "lead")})));
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("request.digest is not the one that entry 3 authorizes")));
}

TEST_F(SenseOfALog, ACallHasOneReceiptAndOneAuthorizeEntry) {
  const std::string call = id();
  ASSERT_TRUE(append("receipt", allowed(call)));
  ASSERT_TRUE(append("receipt", allowed(call)));
  EXPECT_THAT(failures(), ElementsAre("entry 3: a second receipt for one call"));
  const std::string other = id();
  ASSERT_TRUE(append("authorize", authorize(other, {})));
  ASSERT_TRUE(append("authorize", authorize(other, {})));
  ASSERT_TRUE(append("authorize", authorize(call, {})));
  EXPECT_THAT(failures(), AllOf(Contains("entry 5: a second authorize entry for one call"),
                                Contains("entry 6: an authorize entry comes after the receipt of its call")));
}

TEST_F(SenseOfALog, GenesisAndBootStandWhereTheyBelong) {
  ASSERT_TRUE(append("genesis", json::ObjectText().set("id", id())));
  ASSERT_TRUE(append("boot", json::ObjectText().set("id", id())));
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("entry 2: genesis is the first entry"),
                                      HasSubstr("entry 3: a boot entry in the middle")));
}

// Entries a log of ours could not have written, fed directly.
class SenseOfOrder : public testing::Test {
 protected:
  void feed(const std::string& kind, const std::string& boot, std::uint64_t seq, json::ObjectText more = {},
            const std::string& issuer = "o") {
    more.set("id", make_uuid7(WallTime{Milliseconds{1'760'000'000'000}}));
    Queue queue;
    queue.add(kind, more, issuer, boot, {});
    Text bytes;
    queue.stamp(bytes, queue.entries().front(), 1, seq);
    const auto entry = parse_entry(bytes.view());
    ASSERT_TRUE(entry);
    sense_.take(index_++, *entry, leaf_hash(bytes.view()));
  }
  static json::ObjectText last(const std::string& boot, std::uint64_t seq) {
    return json::ObjectText().set("last", json::ObjectText().set("boot", boot).set("seq", seq));
  }
  const std::string one_ = make_uuid7(WallTime{Milliseconds{1'760'000'000'000}}).str();
  const std::string two_ = make_uuid7(WallTime{Milliseconds{1'760'000'000'001}}).str();
  std::vector<std::string> found_;
  std::uint64_t index_ = 0;
  Sense sense_{"o", [](std::string_view) -> Result<std::string> { return fail(Code::not_found, "no blob"); },
               [this](std::uint64_t index, const std::string& sentence) {
                 found_.push_back(std::to_string(index) + " " + sentence);
               }};
};

TEST_F(SenseOfOrder, SeqIsContiguousWithinABoot) {
  feed("genesis", one_, 0);
  feed("boot", one_, 1);
  feed("gap", one_, 3);
  EXPECT_THAT(found_, ElementsAre("2 seq is 3 where 2 comes next"));
}

TEST_F(SenseOfOrder, ABootBeginsWithItsEntryAndSeqZero) {
  feed("genesis", one_, 0);
  feed("gap", two_, 5);
  EXPECT_THAT(found_, AllOf(Contains("1 a boot begins with seq 5"),
                            Contains("1 a boot begins without a boot entry")));
}

TEST_F(SenseOfOrder, ABootEntryNamesTheEntryBefore) {
  feed("genesis", one_, 0);
  feed("boot", one_, 1);
  feed("boot", two_, 0, last(one_, 2));
  EXPECT_THAT(found_, ElementsAre(HasSubstr("2 the boot entry does not follow")));
}

TEST_F(SenseOfOrder, ABootDoesNotComeBack) {
  feed("genesis", one_, 0);
  feed("boot", two_, 0, last(one_, 0));
  feed("boot", one_, 0, last(two_, 0));
  EXPECT_THAT(found_, ElementsAre("2 its boot ended before"));
}

TEST_F(SenseOfOrder, AnEntryOfAnotherLogIsNamed) {
  feed("genesis", one_, 0, {}, "other");
  EXPECT_THAT(found_, ElementsAre("0 iss is not the log's origin o"));
}

}  // namespace
}  // namespace holdfast::receipts
