// A stored request comes back as the same call, and hostile bytes come back as none.
#include "proxy/stored_request.hpp"

#include "proxy/fingerprint.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/proxy/house.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;

class StoredRequest : public testing::Test {
 protected:
  StoredRequest() : shared_(nullptr), worker_(thread_.loop(), &shared_, nullptr) {
    auto made = test::snapshot({test::shop({test::tool("send", "POST", "/v1/send/{id}")})});
    made->options.agents = {test::known_agent("bot", "token-of-bot-0123456789"),
                            test::known_agent("other", "token-of-other-01234567")};
    snapshot_ = made;
    shared_.snapshot = snapshot_;
    shared_.clock = &system_clock();
  }

  // What is stored of a request, and the digest it was held under.
  std::string stored(const std::string& line, std::vector<std::string> headers, std::string body) {
    headers.push_back("Holdfast-Agent-Token: token-of-bot-0123456789");
    Asked asked(snapshot_, line, std::move(headers), std::move(body));
    EXPECT_EQ(asked.refused(), 0) << asked.why();
    Exchange exchange;
    exchange.head = asked.head;
    exchange.body = asked.body;
    exchange.buffered = true;
    digest_ = digest_of(asked.out, asked.body);
    hold_.call.agent = asked.out.call.agent->id;
    exchange.request.sent_host = asked.out.sent_host;
    exchange.request.headers = asked.out.headers;
    return pack_request(exchange);
  }
  static std::string digest_of(const Recognised& request, std::string_view body) {
    const crypto::Hash content = content_hash(request, body);
    return crypto::request_digest(components_of(request, content), "nonce").str();
  }
  std::unique_ptr<Exchange> unpacked(const std::string& text) {
    return unpack_request(&worker_, hold_, text);
  }

  test::LoopThread thread_;
  Shared shared_;
  Worker worker_;
  std::shared_ptr<const Snapshot> snapshot_;
  approvals::Hold hold_;
  std::string digest_;
};

TEST_F(StoredRequest, ComesBackAsTheSameCall) {
  const std::string text = stored(
      "POST /shop/v1/send/7?a=b",
      {test::kJson, "Authorization: Bearer s3cret", "X-A: 1", "X-A: 2", "Connection: x-hop", "X-Hop: 1"},
      "{ \"amount\": 5.00 }");
  const auto back = unpacked(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->body, "{ \"amount\": 5.00 }");
  EXPECT_EQ(back->request.call.tool, "shop.send");
  EXPECT_EQ(back->request.call.agent->id, "bot");
  EXPECT_EQ(digest_of(back->request, back->body), digest_);
  // And once more, as a release does it.
  const auto again = copy_for_later(*back, snapshot_, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(digest_of(again->request, again->body), digest_);
  EXPECT_EQ(again->request.call.agent->id, "bot");
}

TEST_F(StoredRequest, HasWhatIsSentAndNothingElse) {
  const std::string text = stored("POST /shop/v1/send/7",
                                  {test::kJson, "Authorization: Bearer s3cret", "X-Forwarded-For: 1.2.3.4",
                                   "Connection: x-hop", "X-Hop: 1"},
                                  "{}");
  EXPECT_NE(text.find("Bearer s3cret"), std::string::npos);
  for (const char* gone : {"token-of-bot", "Holdfast-Agent-Token", "X-Hop", "X-Forwarded-For"})
    EXPECT_EQ(text.find(gone), std::string::npos) << gone;
}

TEST_F(StoredRequest, IsJudgedByTheContextItCameWith) {
  const auto back =
      unpacked(stored("POST /shop/v1/send/7", {test::kJson, R"(holdfast-context: {"ticket":"A-1"})"}, "{}"));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->request.call.context_state, Readable::whole);
  EXPECT_EQ(json::to_text(*back->request.call.context), R"({"ticket":"A-1"})");
  const auto again = copy_for_later(*back, snapshot_, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->request.call.context_state, Readable::whole);
  EXPECT_EQ(digest_of(again->request, again->body), digest_);
  stored("POST /shop/v1/send/7", {test::kJson}, "{}");
  EXPECT_NE(digest_of(again->request, again->body), digest_) << "which covers it";
}

TEST_F(StoredRequest, IsJudgedAtTheTimeItIsRead) {
  test::ManualClock clock;
  shared_.clock = &clock;
  const std::string text = stored("POST /shop/v1/send/7", {test::kJson}, "{}");
  const auto back = unpacked(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->request.call.now, clock.wall());
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(copy_for_later(*back, snapshot_, {})->request.call.now, clock.wall());
}

TEST_F(StoredRequest, ABodyAndNoBodyAreTwoThings) {
  EXPECT_EQ(unpacked(stored("DELETE /shop/v1/x", {}, ""))->head.framing, net::Framing::none);
  EXPECT_EQ(unpacked(stored("POST /shop/v1/x", {"Content-Length: 0"}, ""))->head.framing,
            net::Framing::length);
}

TEST_F(StoredRequest, OfAnAgentThatIsGoneIsNoCallAnyMore) {
  const std::string text = stored("POST /shop/v1/send/7", {test::kJson}, "{}");
  hold_.call.agent = "gone";
  const auto back = unpacked(text);
  ASSERT_TRUE(back) << "it waits all the same";
  EXPECT_FALSE(copy_for_later(*back, snapshot_, {})) << "but nothing is made of it at the release";
}

TEST_F(StoredRequest, OtherBytesAreNone) {
  const std::string good = stored("POST /shop/v1/send/7", {test::kJson, "X-A: 1"}, "{}");
  for (std::size_t i = 0; i < good.size(); ++i)
    EXPECT_FALSE(unpacked(good.substr(0, i))) << i;
  EXPECT_FALSE(unpacked(good + "x"));
  for (const char* bad :
       {"", "x", ":", "1:", "18446744073709551615:a,", "99999999999999999999999:a,", "-1:a,"})
    EXPECT_FALSE(unpacked(bad)) << bad;
  EXPECT_FALSE(unpacked("19:holdfast-request-v2,"));
}

}  // namespace
}  // namespace holdfast::proxy
