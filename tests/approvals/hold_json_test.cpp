#include "approvals/hold_json.hpp"

#include "core/json.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals {
namespace {

using test::payment;
using ::testing::HasSubstr;
using ::testing::Not;

Hold sample() {
  Hold hold;
  hold.id = "0199b3a0-0000-7000-8000-0000000000aa";
  hold.handle = "handle-only-the-agent-knows";
  hold.call = payment("match-key-of-the-store");
  hold.quorum.from = {"lead"};
  hold.pending_approvers = {"alice", "bob"};
  hold.created_at = WallTime(Milliseconds(1'760'000'000'123));
  hold.expires_at = hold.created_at + std::chrono::hours(1);
  return hold;
}

TEST(HoldJson, IsObjectAWithArgumentsAsSent) {
  Hold hold = sample();
  hold.votes.push_back({"carol", Act::approve, "ok \"now\"", hold.created_at + Milliseconds(1), 0, "token",
                        "sha256:e", "mark"});
  EXPECT_EQ(
      to_api_json(hold),
      R"({"agent":{"id":"bot","trust_tier":3},"approvals":[{"approver":"carol","at":"2025-10-09T08:53:20.124Z","level":0,)"
      R"("reason":"ok \"now\"","vote":"approve"}],"args":{"amount":5000.00,"to":"Zoe"},)"
      R"("call_id":"0199b3a0-0000-7000-8000-000000000001","created_at":"2025-10-09T08:53:20.123Z","detached":false,)"
      R"("digest":"sha256:00000000000000000000000000000000000000000000000000000000000000aa",)"
      R"("expires_at":"2025-10-09T09:53:20.123Z",)"
      R"("headers":[{"name":"x-on-behalf-of","value":"ceo"}],"id":"0199b3a0-0000-7000-8000-0000000000aa","method":"POST","operation":"FINANCIAL",)"
      R"("pending_approvers":["alice","bob"],"plan":"default","reason":"Payments over $100 require approval",)"
      R"("required":1,"resolution":null,"risk_level":"high","rule":"rule-1","status":"pending",)"
      R"("target":"http://127.0.0.1:9001/v1/send","tool":"payment.send"})");
}

TEST(HoldJson, AVoteThatCountsNoMoreSaysSoAndNoneSaysWhatCastIt) {
  Hold hold = sample();
  hold.votes.push_back({"carol", Act::approve, "", hold.created_at, 0, "token", "", "mark-of-a-token"});
  hold.votes.push_back({"bob", Act::approve, "", hold.created_at, 0, "token", "", "mark-of-a-token"});
  hold.undone = {"carol"};
  for (const std::string& text : {to_api_json(hold), to_callback_json(hold)}) {
    EXPECT_THAT(text, HasSubstr(R"("reason":"","stands":false,"vote":"approve"},{"approver":"bob")"));
    EXPECT_THAT(text, HasSubstr(R"("reason":"","vote":"approve"}])"));
    EXPECT_THAT(text, Not(HasSubstr("mark-of")));
  }
}

TEST(HoldJson, ResolutionIsTheFinalNameOnly) {
  Hold hold = sample();
  hold.status = Status::released;
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("resolution":null)"));
  hold.ending = Ending::outcome_unknown;
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("resolution":"outcome_unknown")"));
}

TEST(HoldJson, WhatIsRedactedIsInNoNoticeAndNoRowButInTheOneApproval) {
  Hold hold = sample();
  hold.call.args = R"({"pin":"4711"})";
  hold.call.target = "http://h/4711";
  hold.call.body = "pin=4711";
  hold.call.headers = R"([{"name":"referer","value":"http://h/4711"}])";
  hold.call.context = R"({"why":"4711"})";
  hold.call.summary = "Pay";
  hold.call.shown_args = R"({"pin":"[redacted]"})";
  hold.call.shown_target = "http://h/{pin}";
  for (const std::string& text :
       {to_api_json(hold, Detail::row), notification_json(Event::requested, hold, "alice", "u"),
        notification_json(Event::completed, hold, "alice", "u")}) {
    EXPECT_THAT(text, Not(HasSubstr("4711")));
    EXPECT_THAT(text, HasSubstr(R"("args":{"pin":"[redacted]"})"));
    EXPECT_THAT(text, HasSubstr(R"("redacted":true)"));
    EXPECT_THAT(text, HasSubstr(R"("body_omitted":true)"));
    EXPECT_THAT(text, HasSubstr(R"("headers_omitted":true)"));
    EXPECT_THAT(text, HasSubstr(R"("claimed_context_omitted":true)"));
    EXPECT_THAT(text, HasSubstr(R"("summary":"Pay")"));
    EXPECT_THAT(text, HasSubstr(R"("target":"http://h/{pin}")"));
  }
  const std::string whole = to_api_json(hold);
  EXPECT_THAT(whole, HasSubstr(R"("args":{"pin":"4711"})"));
  EXPECT_THAT(whole, HasSubstr(R"("body":"pin=4711")"));
  EXPECT_THAT(whole, HasSubstr(R"("value":"http://h/4711")"));
  EXPECT_THAT(whole, HasSubstr(R"("claimed_context":{"why":"4711"})"));
  EXPECT_THAT(whole, Not(HasSubstr("redacted")));
}

TEST(HoldJson, ABodyThatTheArgumentsDoNotShowIsShown) {
  Hold hold = sample();
  hold.call.body = "DROP TABLE users";
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("body":"DROP TABLE users")"));
  EXPECT_THAT(notification_json(Event::requested, hold, "alice", "u"),
              HasSubstr(R"("body":"DROP TABLE users")"));
  EXPECT_THAT(to_api_json(hold, Detail::row), testing::Not(HasSubstr("DROP")));
  EXPECT_THAT(to_api_json(hold, Detail::row), HasSubstr(R"("body_omitted":true)"));
  hold.call.body = std::string(300 << 10, 'x');
  EXPECT_THAT(notification_json(Event::requested, hold, "alice", "u"), HasSubstr(R"("body_omitted":true)"));
  hold.call.body.clear();
  hold.call.body_base64 = "/wA=";
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("body_base64":"/wA=")"));
}

TEST(HoldJson, TheHeadersThatItsDigestCoversStandInEveryShapeOfAHold) {
  for (const std::string& text : {to_api_json(sample()), to_api_json(sample(), Detail::row),
                                  notification_json(Event::requested, sample(), "alice", "u"),
                                  notification_json(Event::completed, sample(), "alice", "u")})
    EXPECT_THAT(text, HasSubstr(R"("headers":[{"name":"x-on-behalf-of","value":"ceo"}])"));
}

TEST(HoldJson, WhatTheAgentClaimsStandsInEveryShapeOfAHoldAndIsCalledSo) {
  Hold hold = sample();
  EXPECT_THAT(to_api_json(hold), Not(HasSubstr("claimed")));
  hold.call.context = R"({"requested_by":"alice", "ticket":1.0})";
  for (const std::string& text : {to_api_json(hold), to_api_json(hold, Detail::row),
                                  notification_json(Event::requested, hold, "alice", "u"),
                                  notification_json(Event::completed, hold, "alice", "u")})
    EXPECT_THAT(text, HasSubstr(R"("claimed_context":{"requested_by":"alice", "ticket":1.0},)"));
}

TEST(HoldJson, OfAHoldFromBeforeHeadersWereKeptNobodyIsToldThatThereWereNone) {
  Hold hold = sample();
  hold.call.headers.clear();
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("headers":null)"));
  EXPECT_THAT(notification_json(Event::requested, hold, "alice", "u"), HasSubstr(R"("headers":null)"));
}

TEST(HoldJson, ACallWithoutArgumentsHasNull) {
  Hold hold = sample();
  hold.call.args.clear();
  EXPECT_THAT(to_api_json(hold), HasSubstr(R"("args":null)"));
}

TEST(Notification, OfARequestHasTheseBytes) {
  EXPECT_EQ(
      notification_json(Event::requested, sample(), "alice@corp.example", "https://holdfast.example"),
      R"({"agent_id":"bot","approval_id":"0199b3a0-0000-7000-8000-0000000000aa","args":{"amount":5000.00,"to":"Zoe"},)"
      R"("call_id":"0199b3a0-0000-7000-8000-000000000001",)"
      R"("callback_url":"https://holdfast.example/v1/callbacks/alice@corp.example",)"
      R"("digest":"sha256:00000000000000000000000000000000000000000000000000000000000000aa",)"
      R"("event":"approval.requested","headers":[{"name":"x-on-behalf-of","value":"ceo"}],"method":"POST","operation":{"target":"payment.send","type":"FINANCIAL"},"plan":"default",)"
      R"("reason":"Payments over $100 require approval","required":1,"risk_level":"high","rule":"rule-1","target":"http://127.0.0.1:9001/v1/send",)"
      R"("timeout_at":"2025-10-09T09:53:20.123Z","tool":"payment.send","type":"approval.requested"})");
}

TEST(Notification, OfARequestStaysTheSameWhileVotesComeIn) {
  Hold later = sample();
  later.votes.push_back({"bob", Act::approve, "", later.created_at, 0, "token", "", "mark"});
  later.detached = true;
  later.version = 7;
  EXPECT_EQ(notification_json(Event::requested, later, "alice", "u"),
            notification_json(Event::requested, sample(), "alice", "u"));
}

TEST(Notification, OfAnEndingSaysHow) {
  Hold hold = sample();
  hold.status = Status::rejected;
  hold.ending = Ending::rejected;
  const std::string body = notification_json(Event::resolved, hold, "a/b?c", "https://h");
  EXPECT_THAT(body, HasSubstr(R"("event":"approval.resolved")"));
  EXPECT_THAT(
      body, HasSubstr(R"("resolution":"rejected","risk_level":"high","rule":"rule-1","status":"rejected")"));
  EXPECT_THAT(body, HasSubstr("/v1/callbacks/a%2Fb%3Fc"));
  EXPECT_THAT(notification_json(Event::completed, hold, "a", "u"), HasSubstr(R"("type":"call.completed")"));
}

TEST(HoldJson, NothingPrintsWhatOnlyTheStoreOrTheAgentMayKnow) {
  Hold hold = sample();
  hold.response = test::answer("the upstream's words");
  for (const std::string& text :
       {to_api_json(hold), to_callback_json(hold), notification_json(Event::completed, hold, "a", "u")}) {
    EXPECT_TRUE(json::parse(text, {}));
    for (const char* hidden :
         {"handle-only-the-agent-knows", "match-key-of-the-store", "nonce-that-nobody-sees", "words"}) {
      EXPECT_THAT(text, Not(HasSubstr(hidden)));
    }
  }
}

}  // namespace
}  // namespace holdfast::approvals
