// Holds and votes by token.
#include <fmt/format.h>

#include "tests/control/control_plane.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Approvals : public ControlPlane {
 protected:
  Answer vote(const std::string& id, std::string_view act, const std::string& body,
              std::string_view token = kAliceToken) {
    return post(fmt::format("/v1/approvals/{}/{}", id, act), bearer(token), body);
  }
  static std::string yes(const approvals::HoldPtr& hold, const std::string& reason = "fine") {
    return fmt::format(R"({{"digest":"{}","reason":"{}"}})", hold->call.digest, reason);
  }
};

TEST_F(Approvals, AnApprovalWithTheDigestApproves) {
  const auto held = hold();
  const Answer answer = vote(held->id, "approve", yes(held));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(member(answer.body, "status"), "\"approved\"");
  EXPECT_EQ(member(answer.body, "id"), fmt::format("\"{}\"", held->id));
  EXPECT_EQ(member(answer.body, "args"), held->call.args);
  const auto after = now(held->id);
  EXPECT_EQ(after->status, approvals::Status::approved);
  ASSERT_EQ(after->votes.size(), 1U);
  EXPECT_EQ(after->votes.front().approver, "alice");
  EXPECT_EQ(after->votes.front().method, "token");
  EXPECT_EQ(after->votes.front().level, 0);
}

TEST_F(Approvals, ARejectionNeedsNoDigest) {
  const auto held = hold();
  const Answer answer = vote(held->id, "reject", R"({"reason":"not in the budget"})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(member(answer.body, "status"), "\"rejected\"");
  EXPECT_EQ(now(held->id)->votes.front().reason, "not in the budget");
}

TEST_F(Approvals, MalformedVotesAreRefusedAndChangeNothing) {
  const auto held = hold();
  const std::string digest = held->call.digest;
  const std::vector<std::string> bodies{"",
                                        "[]",
                                        "approve",
                                        "{}",
                                        R"({"digest":""})",
                                        R"({"digest":null})",
                                        fmt::format(R"({{"digest":["{}"]}})", digest),
                                        fmt::format(R"({{"digest":"{0}","digest":"{0}"}})", digest),
                                        fmt::format(R"({{"digest":"{}","reason":5}})", digest),
                                        fmt::format(R"({{"digest":"{}","approver":"bob"}})", digest),
                                        fmt::format(R"({{"digest":"{}"}} x)", digest),
                                        fmt::format("digest={}", digest)};
  for (const std::string& body : bodies)
    EXPECT_EQ(vote(held->id, "approve", body).status, 400) << body;
  EXPECT_EQ(vote(held->id, "reject", R"({"reasons":"x"})").status, 400);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
}

TEST_F(Approvals, AnotherDigestThanTheHoldsIsAConflict) {
  const auto held = hold();
  const std::string other = fmt::format(R"({{"digest":"sha256:{}"}})", std::string(64, 'b'));
  EXPECT_EQ(vote(held->id, "approve", other).status, 409);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
}

TEST_F(Approvals, NobodyVotesTwice) {
  const auto held = hold("two");
  EXPECT_EQ(vote(held->id, "approve", yes(held)).status, 200);
  EXPECT_EQ(vote(held->id, "approve", yes(held)).status, 409);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
  EXPECT_EQ(vote(held->id, "approve", yes(held), "carol-token-0123456789").status, 200);
  EXPECT_EQ(now(held->id)->status, approvals::Status::approved);
}

TEST_F(Approvals, AVoteOnAResolvedHoldIsToldHowItResolved) {
  const auto held = hold();
  EXPECT_EQ(vote(held->id, "reject", "{}").status, 200);
  const Answer late = vote(held->id, "approve", yes(held), "carol-token-0123456789");
  EXPECT_EQ(late.status, 409);
  EXPECT_THAT(member(late.body, "detail"), HasSubstr("rejected"));
}

TEST_F(Approvals, AVoteAMillisecondAfterExpiryIsGone) {
  const auto held = hold();
  clock_.advance(std::chrono::hours(1) + Milliseconds(1));
  EXPECT_EQ(vote(held->id, "approve", yes(held)).status, 410);
  EXPECT_NE(now(held->id)->status, approvals::Status::approved);
}

TEST_F(Approvals, GettingAnApproveUrlApprovesNothing) {
  const auto held = hold();
  for (const char* method : {"GET", "HEAD", "PUT", "OPTIONS"}) {
    const Answer answer =
        ask(method, fmt::format("/v1/approvals/{}/approve", held->id), bearer(kAliceToken), "");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("allow"), "POST") << method;
  }
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
}

TEST_F(Approvals, AVoteWithoutATokenIsRefused) {
  const auto held = hold();
  EXPECT_EQ(post(fmt::format("/v1/approvals/{}/approve", held->id), "", yes(held)).status, 401);
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
}

TEST_F(Approvals, AHoldOfAnotherPlanDoesNotExistForAnApprover) {
  const auto held = hold();
  const std::string token = bearer(kMalloryToken);
  EXPECT_EQ(get("/v1/approvals/" + held->id, token).status, 404);
  EXPECT_EQ(vote(held->id, "approve", yes(held), kMalloryToken).status, 404);
  EXPECT_EQ(vote(held->id, "reject", "{}", kMalloryToken).status, 404);
  EXPECT_EQ(get("/v1/approvals", token).body, R"({"approvals":[],"next":null})");
  EXPECT_EQ(now(held->id)->status, approvals::Status::pending);
  EXPECT_TRUE(now(held->id)->votes.empty());
}

TEST_F(Approvals, AnUnknownHoldIsNotFound) {
  const std::string id = "01900000-0000-7000-8000-000000000000";
  const Answer shown = get("/v1/approvals/" + id, bearer(kAliceToken));
  EXPECT_EQ(shown.status, 404);
  EXPECT_EQ(vote(id, "reject", "{}").status, 404);
  // The same words as for a hold of another plan: the answer does not tell which it is.
  EXPECT_EQ(shown.body, get("/v1/approvals/" + hold("guests")->id, bearer(kAliceToken)).body);
}

TEST_F(Approvals, AnApproverSeesItsHoldWithoutItsNonce) {
  const auto held = hold();
  const Answer answer = get("/v1/approvals/" + held->id, bearer(kAliceToken));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer.body, "digest"), fmt::format("\"{}\"", held->call.digest));
  EXPECT_THAT(answer.body, Not(HasSubstr(held->call.nonce)));
  EXPECT_THAT(answer.body, Not(HasSubstr(held->handle)));
}

TEST_F(Approvals, ListsArePagedNewestFirstAndFiltered) {
  const auto first = hold();
  clock_.advance(Milliseconds(5));
  const auto second = hold();
  const std::string token = bearer(kAliceToken);
  const Answer page = get("/v1/approvals?limit=1", token);
  EXPECT_THAT(page.body, HasSubstr(second->id));
  EXPECT_THAT(page.body, Not(HasSubstr(first->id)));
  std::string next = member(page.body, "next");
  ASSERT_EQ(next.front(), '"') << page.body;
  next = next.substr(1, next.size() - 2);
  const Answer rest = get("/v1/approvals?limit=1&cursor=" + next, token);
  EXPECT_THAT(rest.body, HasSubstr(first->id));
  EXPECT_THAT(rest.body, Not(HasSubstr(second->id)));

  EXPECT_EQ(vote(first->id, "reject", "{}").status, 200);
  const Answer pending = get("/v1/approvals?status=pending", token);
  EXPECT_THAT(pending.body, HasSubstr(second->id));
  EXPECT_THAT(pending.body, Not(HasSubstr(first->id)));
  EXPECT_EQ(get("/v1/approvals?agent=other", token).body, R"({"approvals":[],"next":null})");
  EXPECT_EQ(get("/v1/approvals?tool=payment.refund", token).body, R"({"approvals":[],"next":null})");
}

}  // namespace
}  // namespace holdfast::test
