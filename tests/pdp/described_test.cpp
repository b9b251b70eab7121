// Described calls: what is judged, held and bound together by one digest.
#include "pdp/described.hpp"

#include <gtest/gtest.h>

#include "crypto/request_digest.hpp"
#include "tests/policy/writing.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::pdp {
namespace {

std::shared_ptr<const proxy::Snapshot> snapshot() {
  auto made = std::make_shared<proxy::Snapshot>();
  made->policy = policy::compiled(policy::options({policy::rule("deploy.*", Effect::allow)}));
  made->policy_digest = "sha256:00";
  return made;
}

constexpr WallTime kNow{Milliseconds{1'760'000'000'000}};

Judged judged(const std::string& text) {
  const auto under = snapshot();
  const auto described = read_description(text, *under, kNow);
  EXPECT_TRUE(described) << described.error().detail;
  const test::ManualClock clock;
  proxy::Shared shared(nullptr);
  shared.clock = &clock;
  Judged made = judge(*described, under, &shared, 0);
  made.digest_with = nullptr;  // of a description that goes away here
  made.judge = nullptr;
  return made;
}

TEST(Described, IsHeldAsACallThatNoAgentCanMake) {
  const std::string text = R"({"args":{"env":"prod"},"tool":"deploy.start"})";
  const Judged made = judged(text);
  EXPECT_EQ(made.decision.effect, Effect::allow);
  EXPECT_EQ(made.call.protocol, "check");
  EXPECT_EQ(made.call.method + " " + made.call.target, "CHECK check:deploy.start");
  EXPECT_EQ(made.call.agent_auth, "pdp");
  EXPECT_EQ(made.call.args, R"({"env":"prod"})");
  EXPECT_EQ(made.call.body, text) << "what approvers see is what the digest covers";
}

TEST(Described, DigestIsThatOfADescribedRequest) {
  const std::string text = R"({"args":{"env":"prod"},"tool":"deploy.start"})";
  const Judged made = judged(text);
  crypto::RequestComponents components;
  components.method = "CHECK";
  components.target_uri = "check:deploy.start";
  components.content_type = "application/json";
  components.content = crypto::sha256(text);
  EXPECT_EQ(made.call.digest, crypto::request_digest(components, made.call.nonce).view());
  EXPECT_EQ(digest_of(text, "deploy.start", made.call.nonce), made.call.digest);
  EXPECT_NE(digest_of(text + " ", "deploy.start", made.call.nonce).view(), made.call.digest);
}

TEST(Described, WhatTheAgentClaimsIsShownAsThatAndIsAPartOfTheCall) {
  const auto with = [](const std::string& ticket) {
    return judged(R"({"args":{},"context":{"ticket":")" + ticket + R"("},"tool":"deploy.start"})").call;
  };
  EXPECT_EQ(with("A-1").context, R"({"ticket":"A-1"})");
  EXPECT_EQ(judged(R"({"args":{},"tool":"deploy.start"})").call.context, "");
  EXPECT_NE(with("A-1").match_key, with("A-2").match_key);
}

TEST(Described, AnotherDescriptionIsAnotherCall) {
  const std::string one = judged(R"({"args":{"env":"prod"},"tool":"deploy.start"})").call.match_key;
  EXPECT_EQ(judged(R"({"args":{"env":"prod"},"tool":"deploy.start"})").call.match_key, one);
  for (const char* other :
       {R"({"args":{"env":"test"},"tool":"deploy.start"})", R"({"args":{"env":"prod"},"tool":"deploy.stop"})",
        R"({"agent":"anonymous","args":{"env":"prod"},"tool":"deploy.start"})"})
    EXPECT_NE(judged(other).call.match_key, one) << other;
}

TEST(Described, NoticesOfItShowNoRedactedValue) {
  auto under = std::make_shared<proxy::Snapshot>(*snapshot());
  proxy::Upstream upstream;
  upstream.name = "deploy";
  Tool tool;
  tool.name = "start";
  tool.summary = "Deploy to {args.env}";
  tool.redact = {"args.key"};
  upstream.tools = {tool};
  under->options.upstreams = {upstream};
  const std::string text = R"({"args":{"Key":"hunter2","env":"prod","key":"hunter2"},"tool":"deploy.start"})";
  const auto described = read_description(text, *under, kNow);
  ASSERT_TRUE(described) << described.error().detail;
  const test::ManualClock clock;
  proxy::Shared shared(nullptr);
  shared.clock = &clock;
  const Judged made = judge(*described, under, &shared, 0);
  EXPECT_EQ(made.call.summary, R"(Deploy to "prod")");
  EXPECT_EQ(made.call.shown_args, R"({"Key":"[redacted]","env":"prod","key":"[redacted]"})");
  EXPECT_EQ(made.call.shown_target, "check:deploy.start");
}

TEST(Described, ANameBeyondTheLimitIsNone) {
  auto under = std::make_shared<proxy::Snapshot>(*snapshot());
  under->options.limits.tool_name = 10;
  EXPECT_FALSE(read_description(R"({"tool":"deploy.start"})", *under, kNow));
  EXPECT_TRUE(read_description(R"({"tool":"deploy.it"})", *under, kNow));
}

}  // namespace
}  // namespace holdfast::pdp
