// Votes by signed webhook.
#include <fmt/format.h>

#include <memory>
#include <thread>
#include <vector>

#include "crypto/webhook_signature.hpp"
#include "tests/control/control_plane.hpp"
#include "tests/control/failed_log.hpp"
#include "tests/control/seen_log.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Callbacks : public ControlPlane {
 protected:
  struct Signed {
    std::string id = "msg_1";
    std::string secret = kAliceSecret;
    std::string timestamp = {};  // empty: now
    std::string signature = {};  // empty: made with the secret
  };

  std::string headers(const Signed& with, std::string_view body) const {
    const std::string timestamp =
        with.timestamp.empty() ? std::to_string(unix_seconds(clock_.wall())) : with.timestamp;
    const std::string signature =
        with.signature.empty()
            ? crypto::sign_webhook(Secret(with.secret), with.id, clock_.wall(), body).value()
            : with.signature;
    return fmt::format("webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: {}\r\n", with.id,
                       timestamp, signature);
  }
  Answer call(const std::string& body, const Signed& with, const std::string& approver = "alice") {
    return post("/v1/callbacks/" + approver, headers(with, body), body);
  }
  Answer call(const std::string& body) { return call(body, Signed{}); }
  // `more` goes into data.
  static std::string vote(const approvals::HoldPtr& hold, std::string_view act = "approve",
                          std::string_view more = "") {
    return fmt::format(
        R"({{"type":"approval.vote","data":{{"approval_id":"{}","vote":"{}","digest":"{}","reason":"Within Q1 budget"{}}}}})",
        hold->id, act, hold->call.digest, more);
  }
  void expect_untouched(const approvals::HoldPtr& held) {
    EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
    EXPECT_TRUE(now(held->id)->votes.empty());
  }
};

TEST_F(Callbacks, ASignedVoteCountsAndItsEvidenceIsKept) {
  const auto held = hold();
  const std::string body = vote(held);
  const Answer answer = call(body);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(member(answer.body, "status"), "\"approved\"");
  EXPECT_THAT(member(answer.body, "approvals"), HasSubstr("\"alice\""));
  EXPECT_EQ(member(answer.body, "pending_approvers"), "[]");

  const auto after = now(held->id);
  ASSERT_EQ(after->votes.size(), 1U);
  const approvals::Vote& counted = after->votes.front();
  EXPECT_EQ(counted.approver, "alice");
  EXPECT_EQ(counted.method, "webhook-hmac-sha256");
  EXPECT_EQ(counted.level, 0);
  const std::string blob = fmt::format(
      "webhook-id: msg_1\nwebhook-timestamp: {}\nwebhook-signature: {}\n\n{}", unix_seconds(clock_.wall()),
      crypto::sign_webhook(Secret(kAliceSecret), "msg_1", clock_.wall(), body).value(), body);
  EXPECT_EQ(counted.evidence, log_->keep_blob(blob).value());
}

TEST_F(Callbacks, ARejectionBySignedVoteRejects) {
  const auto held = hold();
  EXPECT_EQ(member(call(vote(held, "reject")).body, "status"), "\"rejected\"");
}

TEST_F(Callbacks, WhatIsNotSignedByThatApproverIs401InOneVoice) {
  const auto held = hold();
  const std::string body = vote(held);
  const Answer forged = call(body, {.secret = kBobSecret});
  EXPECT_EQ(forged.status, 401);
  // Unknown, without a webhook, somebody else's secret: nothing tells them apart.
  const Answer unknown = call(body, {.id = "msg_2"}, "nobody");
  const Answer without_webhook = call(body, {.id = "msg_3"}, "carol");
  const Answer unsigned_unknown = post("/v1/callbacks/nobody", "", body);
  const Answer unsigned_known = post("/v1/callbacks/alice", "", body);
  for (const Answer& answer : {unknown, without_webhook, unsigned_unknown, unsigned_known}) {
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body, forged.body);
    EXPECT_EQ(answer.headers, forged.headers);
  }
  expect_untouched(held);
}

TEST_F(Callbacks, AnOldSignatureDoesNotFitANewBody) {
  const auto held = hold();
  const std::string signature =
      crypto::sign_webhook(Secret(kAliceSecret), "msg_1", clock_.wall(), vote(held, "reject")).value();
  EXPECT_EQ(call(vote(held), {.signature = signature}).status, 401);
  expect_untouched(held);
}

TEST_F(Callbacks, ATimestampWithJunkOrOutsideTheWindowIsRefused) {
  const auto held = hold();
  const std::string now_text = std::to_string(unix_seconds(clock_.wall()));
  for (const std::string& junk :
       std::vector<std::string>{now_text + "x", now_text + ".0", "+" + now_text, "0x1", now_text + ";1"}) {
    EXPECT_EQ(call(vote(held), {.timestamp = junk}).status, 401) << junk;
  }
  const std::string body = vote(held);
  const std::string old = headers({}, body);
  clock_.advance(std::chrono::seconds(301));
  EXPECT_EQ(post("/v1/callbacks/alice", old, body).status, 401);
  expect_untouched(held);
}

TEST_F(Callbacks, ASignatureHeaderGivenTwiceIsRefused) {
  const auto held = hold();
  const std::string body = vote(held);
  EXPECT_EQ(post("/v1/callbacks/alice", headers({}, body) + "webhook-id: msg_2\r\n", body).status, 401);
  expect_untouched(held);
}

TEST_F(Callbacks, ADuplicateGetsTheSameAnswerAndCountsOnce) {
  const auto held = hold("two");
  const std::string body = vote(held);
  const Answer first = call(body);
  EXPECT_EQ(first.status, 200);
  const Answer again = call(body);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(now(held->id)->votes.size(), 1U);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
  // The same vote under a new id is a second vote.
  EXPECT_EQ(call(body, {.id = "msg_2"}).status, 409);
}

TEST_F(Callbacks, ARefusedVoteIsRefusedAgainWhenItIsDeliveredTwice) {
  const auto held = hold();
  EXPECT_EQ(call(vote(held, "reject")).status, 200);
  const Answer late = call(vote(held), {.id = "msg_2", .secret = kBobSecret}, "bob");
  EXPECT_EQ(late.status, 409);
  EXPECT_THAT(member(late.body, "detail"), HasSubstr("rejected"));
  const Answer again = call(vote(held), {.id = "msg_2", .secret = kBobSecret}, "bob");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body, late.body);
}

TEST_F(Callbacks, TheSameIdWithAnotherBodyIsMalformed) {
  const auto held = hold("two");
  EXPECT_EQ(call(vote(held)).status, 200);
  const Answer other = call(vote(held, "reject"));
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
  EXPECT_EQ(now(held->id)->votes.size(), 1U);
}

TEST_F(Callbacks, ANameInTheBodyNeverOutranksTheCredential) {
  const auto held = hold("two");
  EXPECT_EQ(call(vote(held, "approve", R"(,"approver":"bob")")).status, 400);
  EXPECT_EQ(call(vote(held, "approve", R"(,"approver":"")"), {.id = "msg_2"}).status, 400);
  expect_untouched(held);
  EXPECT_EQ(call(vote(held, "approve", R"(,"approver":"alice")"), {.id = "msg_3"}).status, 200);
  ASSERT_EQ(now(held->id)->votes.size(), 1U);
  EXPECT_EQ(now(held->id)->votes.front().approver, "alice");
}

TEST_F(Callbacks, WhatWeSentIsNoVote) {
  const auto held = hold();
  EXPECT_EQ(call(vote(held), {.id = "hf_out_1"}).status, 400);
  expect_untouched(held);
}

TEST_F(Callbacks, MalformedBodiesAreRefusedAndChangeNothing) {
  const auto held = hold();
  const std::string id = held->id;
  const std::string digest = held->call.digest;
  const std::vector<std::string> bodies{
      "{}",
      "not json",
      fmt::format(R"({{"type":"approval.requested","data":{{"approval_id":"{}","vote":"reject"}}}})", id),
      fmt::format(R"({{"data":{{"approval_id":"{}","vote":"reject"}}}})", id),
      R"({"type":"approval.vote"})",
      R"({"type":"approval.vote","data":[]})",
      fmt::format(R"({{"type":"approval.vote","data":{{"approval_id":"{}","vote":"approve"}}}})", id),
      fmt::format(R"({{"type":"approval.vote","data":{{"approval_id":"{}","vote":"yes","digest":"{}"}}}})",
                  id, digest),
      fmt::format(R"({{"type":"approval.vote","data":{{"approval_id":"{}","digest":"{}"}}}})", id, digest),
      fmt::format(R"({{"type":"approval.vote","data":{{"vote":"approve","digest":"{}"}}}})", digest),
      fmt::format(R"({{"type":"approval.vote","event":"x","data":{{"approval_id":"{}","vote":"reject"}}}})",
                  id),
      vote(held, "approve", R"(,"level":2)"),
      vote(held, "approve", R"(,"vote":"reject")")};
  int n = 0;
  for (const std::string& body : bodies) {
    EXPECT_EQ(call(body, {.id = fmt::format("msg_bad_{}", n++)}).status, 400) << body;
  }
  expect_untouched(held);
}

TEST_F(Callbacks, SomebodyWhoIsNotOnThePlanIsForbidden) {
  const auto held = hold();
  const Answer answer = call(vote(held), {.secret = kBobSecret}, "mallory");
  EXPECT_EQ(answer.status, 403);
  expect_untouched(held);
}

TEST_F(Callbacks, AnUnknownHoldIsNotFoundAndAnExpiredOneGone) {
  const auto held = hold();
  approvals::Hold other = *held;
  other.id = "01900000-0000-7000-8000-000000000000";
  EXPECT_EQ(call(vote(std::make_shared<const approvals::Hold>(other))).status, 404);
  clock_.advance(std::chrono::hours(1) + Milliseconds(1));
  EXPECT_EQ(call(vote(held), {.id = "msg_2"}).status, 410);
}

TEST_F(Callbacks, AnotherDigestIsAConflict) {
  const auto held = hold();
  approvals::Hold other = *held;
  other.call.digest = "sha256:" + std::string(64, 'b');
  EXPECT_EQ(call(vote(std::make_shared<const approvals::Hold>(other))).status, 409);
  expect_untouched(held);
}

TEST_F(Callbacks, ForgeriesAreLimitedButDoNotStopTheRightSignature) {
  const auto held = hold();
  for (int i = 0; i < control::FailureLimiter::kBurst; ++i) {
    EXPECT_EQ(post("/v1/callbacks/alice", "", "x").status, 401);
  }
  EXPECT_EQ(post("/v1/callbacks/alice", "", "x").status, 429);
  EXPECT_EQ(post("/v1/callbacks/nobody", "", "x").status, 429);
  EXPECT_EQ(call(vote(held)).status, 200);
}

TEST_F(Callbacks, ABearerTokenIsNoSignature) {
  const auto held = hold();
  EXPECT_EQ(post("/v1/callbacks/alice", bearer(kAliceToken), vote(held)).status, 401);
  expect_untouched(held);
}

class CallbacksWithoutEvidence : public Callbacks {
 protected:
  receipts::Log* served_log() override { return &failed_; }

 private:
  FailedLog failed_{log_.get()};
};

TEST_F(CallbacksWithoutEvidence, AVoteWhoseEvidenceCannotBeKeptDoesNotCountAndMayBeSentAgain) {
  const auto held = hold();
  EXPECT_EQ(call(vote(held)).status, 503);
  EXPECT_EQ(call(vote(held)).status, 503);
  expect_untouched(held);
}

class Evidence : public Callbacks {
 protected:
  receipts::Log* served_log() override {
    if (!seen_)
      seen_ =
          std::make_unique<SeenLog>(log_.get(), [this] { keepers_.push_back(std::this_thread::get_id()); });
    return seen_.get();
  }
  std::vector<std::thread::id> keepers_;  // the threads that kept some

 private:
  std::unique_ptr<SeenLog> seen_;
};

TEST_F(Evidence, IsKeptOnceByAThreadThatTheDeskDoesNotWaitFor) {
  const auto held = hold();
  EXPECT_EQ(call(vote(held)).status, 200);
  ASSERT_EQ(keepers_.size(), 1U);
  const auto desk_thread = on_desk([](approvals::Desk&) { return std::this_thread::get_id(); });
  EXPECT_NE(keepers_.front(), desk_thread);
  EXPECT_FALSE(now(held->id)->votes.front().evidence.empty());
}

TEST_F(Evidence, OfAVoteThatCannotCountIsNotKept) {
  const auto held = hold();
  EXPECT_EQ(call(vote(held), {.secret = kBobSecret}, "mallory").status, 403);
  EXPECT_EQ(call(vote(held)).status, 200);
  EXPECT_EQ(call(vote(held), {.id = "msg_2"}).status, 409);
  EXPECT_EQ(call(vote(held)).status, 200) << "the same once more: the same answer";
  EXPECT_EQ(keepers_.size(), 1U);
}

}  // namespace
}  // namespace holdfast::test
