// The right to forward cannot be made from anything but an allow, a released approval, or a protocol message.
#include "proxy/permit.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

static_assert(!std::is_default_constructible_v<Permit>);
static_assert(!std::is_copy_constructible_v<Permit> && !std::is_copy_assignable_v<Permit>);
static_assert(!std::is_constructible_v<Permit, std::string, bool>);

TEST(Permit, OfADecisionComesFromAllowOnly) {
  Decision decision;
  EXPECT_FALSE(Permit::of_allow(decision, "sha256:a"));
  decision.effect = Effect::escalate;
  EXPECT_FALSE(Permit::of_allow(decision, "sha256:a"));
  decision.effect = Effect::allow;
  const auto permit = Permit::of_allow(decision, "sha256:a");
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->digest(), "sha256:a");
  EXPECT_TRUE(permit->is_call());
}

approvals::Hold released() {
  approvals::Hold hold;
  hold.status = approvals::Status::released;
  hold.call.digest = "sha256:a";
  return hold;
}

TEST(Permit, OfAReleasedHoldWithTheSameDigest) {
  const auto permit = Permit::of_release(released(), "sha256:a");
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->digest(), "sha256:a");
  EXPECT_TRUE(permit->is_call());
}

TEST(Permit, OfAHoldInEveryOtherStateThereIsNone) {
  using approvals::Status;
  for (const Status status : {Status::pending, Status::approved, Status::rejected, Status::expired,
                              Status::cancelled, Status::client_gone, Status::policy_changed}) {
    approvals::Hold hold = released();
    hold.status = status;
    EXPECT_FALSE(Permit::of_release(hold, "sha256:a")) << to_string(status);
  }
}

TEST(Permit, OfAHoldThatHasEndedThereIsNone) {
  for (const Ending ending : {Ending::succeeded, Ending::outcome_unknown, Ending::upstream_failed}) {
    approvals::Hold hold = released();
    hold.ending = ending;
    EXPECT_FALSE(Permit::of_release(hold, "sha256:a")) << to_string(ending);
  }
}

TEST(Permit, OfOtherBytesThanWereApprovedThereIsNone) {
  for (const std::string now : {"sha256:b", "", "sha256:", "sha256:aa", "SHA256:a"})
    EXPECT_FALSE(Permit::of_release(released(), now)) << now;
  approvals::Hold nameless = released();
  nameless.call.digest.clear();
  EXPECT_FALSE(Permit::of_release(nameless, ""));
}

std::optional<Permit> of_message(const std::string& body) {
  const test::Asked asked(test::snapshot({test::shop(), test::payment()}), "POST /mcp/payment", {test::kJson},
                          body);
  EXPECT_EQ(asked.why(), "");
  return Permit::of_protocol(asked.out);
}

TEST(Permit, OfAProtocolMessageIsNoCall) {
  for (const std::string& body :
       {test::rpc("initialize"), test::rpc("tools/list"), test::rpc("notifications/initialized", "", ""),
        std::string(R"({"jsonrpc":"2.0","id":1,"result":{}})")}) {
    const auto permit = of_message(body);
    ASSERT_TRUE(permit) << body;
    EXPECT_FALSE(permit->is_call()) << body;
  }
}

TEST(Permit, OfACallAsAProtocolMessageThereIsNone) {
  for (const std::string& body :
       {test::rpc("tools/call", R"({"name":"send"})"), test::rpc("tools/call", R"({"name":"send"})", ""),
        test::rpc("resources/read")}) {
    EXPECT_FALSE(of_message(body)) << body;
  }
}

TEST(Permit, EvenACallThatClaimsToBeNoneGetsNone) {
  Recognised message;
  const Upstream upstream = test::payment();
  message.upstream = &upstream;
  message.message.emplace();
  message.message->method = "tools/call";
  EXPECT_FALSE(Permit::of_protocol(message));
  message.message.reset();
  message.is_call = true;
  EXPECT_FALSE(Permit::of_protocol(message));
}

TEST(Permit, OfAnUnreadMessageThereIsNone) {
  const auto snapshot = test::snapshot({test::payment()});
  const std::string head =
      "POST /mcp/payment HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
  const auto parsed = net::parse_request_head(head, 100);
  Recognised out;
  ASSERT_TRUE(recognise_head(snapshot, *parsed, out));
  EXPECT_FALSE(Permit::of_protocol(out));
}

TEST(Permit, OfAnythingHttpAsAProtocolMessageThereIsNone) {
  EXPECT_FALSE(Permit::of_protocol(Recognised{}));
  Recognised message;
  const Upstream upstream = test::shop();
  message.upstream = &upstream;
  EXPECT_FALSE(Permit::of_protocol(message));
}

TEST(Permit, OfTheServerStreamNeedsNoMessage) {
  for (const std::string line : {"GET /mcp/payment", "DELETE /mcp/payment"}) {
    const test::Asked asked(test::snapshot({test::payment()}), line);
    ASSERT_EQ(asked.why(), "");
    EXPECT_TRUE(Permit::of_protocol(asked.out)) << line;
  }
}

}  // namespace
}  // namespace holdfast::proxy
