// Votes that come as signed callbacks: the same delivery is answered the same, whatever happened in between.
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

class Callbacks : public House {
 protected:
  static Callback delivery(const std::string& id = "msg_1", const std::string& body = "sha256:body-1") {
    return {"alice", id, body};
  }
};

TEST_F(Callbacks, ADuplicateGetsTheSameAnswerAndIsNoSecondVote) {
  const std::string id = attach(payment("k", "two")).hold->id;
  const auto first = desk->callback(delivery(), ballot(id, "alice"));
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(
      first->body,
      R"({"approvals":[{"approver":"alice","at":"2025-10-09T08:53:20.000Z","level":0,"reason":"looked at it",)"
      R"("vote":"approve"}],"pending_approvers":["bob","carol"],"status":"pending"})");
  ASSERT_TRUE(approve(id, "bob"));
  const auto again = desk->callback(delivery(), ballot(id, "alice"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(desk->find(id)->votes.size(), 2u);
}

TEST_F(Callbacks, AReplayAfterARestartGetsTheSameAnswer) {
  const std::string id = attach(payment()).hold->id;
  const auto first = desk->callback(delivery(), ballot(id, "alice"));
  ASSERT_TRUE(first);
  restart();
  const auto known = desk->replayed(delivery());
  ASSERT_TRUE(known);
  ASSERT_TRUE(known->has_value());
  EXPECT_EQ((*known)->body, first->body);
  EXPECT_EQ(desk->find(id)->votes.size(), 1u);
}

TEST_F(Callbacks, TheSameIdWithAnotherBodyIsMalformed) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(desk->callback(delivery(), ballot(id, "alice")));
  const Callback other = delivery("msg_1", "sha256:body-2");
  EXPECT_REFUSED(desk->callback(other, ballot(id, "alice", Act::reject)), Code::malformed, "another body");
  EXPECT_REFUSED(desk->replayed(other), Code::malformed, "another body");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Callbacks, ARefusalIsRepeatedAsItWas) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(desk->callback(delivery("msg_1"), ballot(id, "alice")));
  const Callback second = delivery("msg_2", "sha256:body-2");
  EXPECT_REFUSED(desk->callback(second, ballot(id, "alice")), Code::conflict, "already voted");
  ASSERT_TRUE(reject(id, "bob"));
  restart();
  EXPECT_REFUSED(desk->callback(second, ballot(id, "alice")), Code::conflict, "already voted");
  EXPECT_REFUSED(desk->replayed(second), Code::conflict, "already voted");
}

TEST_F(Callbacks, OurOwnNotificationSentBackIsMalformed) {
  const std::string id = attach(payment()).hold->id;
  const Callback bounced = delivery("hf_out_requested_x_y");
  EXPECT_REFUSED(desk->replayed(bounced), Code::malformed, "one of ours");
  EXPECT_REFUSED(desk->callback(bounced, ballot(id, "alice")), Code::malformed, "one of ours");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Callbacks, ASecretVotesForItsOwnerOnly) {
  const std::string id = attach(payment()).hold->id;
  EXPECT_REFUSED(desk->callback(delivery(), ballot(id, "bob")), Code::internal, "whoever's secret");
  EXPECT_EQ(status(id), Status::pending);
}

TEST_F(Callbacks, TwoApproversMayUseTheSameId) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(desk->callback({"alice", "1", "sha256:a"}, ballot(id, "alice")));
  ASSERT_TRUE(desk->callback({"bob", "1", "sha256:b"}, ballot(id, "bob")));
  EXPECT_EQ(status(id), Status::approved);
}

TEST_F(Callbacks, AnAnswerIsKeptADayAndThenForgotten) {
  const std::string id = attach(payment("k", "two")).hold->id;
  ASSERT_TRUE(desk->callback(delivery(), ballot(id, "alice")));
  clock.advance(std::chrono::hours(24));
  desk->tick();
  EXPECT_TRUE(desk->replayed(delivery())->has_value());
  clock.advance(std::chrono::minutes(2));
  desk->tick();
  EXPECT_FALSE(desk->replayed(delivery())->has_value());
}

}  // namespace
}  // namespace holdfast::approvals::test
