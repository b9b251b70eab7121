// What makes two requests identical, and what the digest covers (03-calls "Identical").
#include "proxy/fingerprint.hpp"

#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kJson;
using test::rpc;

std::string key_of(const Asked& asked) {
  EXPECT_EQ(asked.why(), "");
  return match_key(asked.out, components_of(asked.out, content_hash(asked.out, asked.body)));
}

std::shared_ptr<Snapshot> plane() {
  auto snapshot = test::snapshot({test::shop({test::tool("send", "POST", "/v1/send")}), test::payment()});
  snapshot->options.ignore_headers = {"x-request-id"};
  return snapshot;
}

std::string http_key(std::vector<std::string> headers, std::string line = "POST /shop/v1/send",
                     std::string body = R"({"amount":5})") {
  headers.push_back(kJson);
  return key_of(Asked(plane(), std::move(line), std::move(headers), std::move(body)));
}

TEST(MatchKey, WhatDoesNotMakeAnotherCall) {
  const std::string plain = http_key({});
  for (const std::string header :
       {"User-Agent: curl", "Date: Sat, 21 Nov 2026 00:00:00 GMT", "Prefer: respond-async", "prefer: wait=5",
        "Prefer: , WAIT=5 ,Respond-Async", "traceparent: 00-a-b-00", "tracestate: x", "Baggage: y",
        "Mcp-Session-Id: s", "Last-Event-ID: 7", "Accept: */*", "Accept-Encoding: gzip",
        "ACCEPT-LANGUAGE: de", "Accept-Charset: x", "X-Request-Id: 9", "Connection: keep-alive",
        "X-Forwarded-For: a", "Keep-Alive: 5", "TE: trailers"}) {
    EXPECT_EQ(http_key({header}), plain) << header;
  }
}

TEST(MatchKey, EveryOtherHeaderMakesAnotherCall) {
  const std::string plain = http_key({});
  for (const std::string header :
       {"Authorization: Bearer a", "Cookie: a=b", "X-On-Behalf-Of: bob", "Idempotency-Key: 1", "X-Tenant: t",
        "Range: bytes=0-", "If-Match: x", "Accept-Profile: a", "Accept-Datetime: a", "Acceptance: a",
        "Prefer: tx=rollback", "Prefer: wait=1, tx=rollback", "Mcp-Protocol-Version: 1",
        "Content-Language: de", "X-Request-Id-2: 9", "Origin: http://localhost:3"}) {
    EXPECT_NE(http_key({header}), plain) << header;
    EXPECT_NE(http_key({header}), http_key({header + "1"})) << header;
    EXPECT_EQ(http_key({header}), http_key({"User-Agent: x", header})) << header;
  }
}

TEST(MatchKey, HeadersCompareByNameWithoutCaseAndWithoutTheOrderOfNames) {
  EXPECT_EQ(http_key({"x-tenant: t", "X-B: 1"}), http_key({"X-B: 1", "X-TENANT: t"}));
  EXPECT_NE(http_key({"X-B: 1", "X-B: 2"}), http_key({"X-B: 2", "X-B: 1"}));
}

TEST(MatchKey, MethodTargetContentTypeAndBodyCount) {
  const std::string plain = http_key({});
  EXPECT_EQ(http_key({}, "POST /shop/v1/%73end"), plain);
  EXPECT_NE(http_key({}, "PUT /shop/v1/send"), plain);
  EXPECT_NE(http_key({}, "POST /shop/v1/sent"), plain);
  EXPECT_NE(http_key({}, "POST /shop/v1/send?a=b"), plain);
  EXPECT_NE(http_key({}, "POST /shop/v1/send?"), plain);
  EXPECT_NE(http_key({}, "POST /shop/v1/send", R"({"amount":6})"), plain);
  // Exact bytes: of plain HTTP nothing is canonical.
  EXPECT_NE(http_key({}, "POST /shop/v1/send", R"({"amount": 5})"), plain);
  const Asked other(plane(), "POST /shop/v1/send", {"Content-Type: application/json;charset=utf-8"},
                    R"({"amount":5})");
  EXPECT_NE(key_of(other), plain);
}

TEST(MatchKey, OfAnMcpCallTakesItsBodyAsTheCanonicalCall) {
  const auto mcp = [](std::string body, std::vector<std::string> headers = {}) {
    headers.push_back(kJson);
    return key_of(Asked(plane(), "POST /mcp/payment", std::move(headers), std::move(body)));
  };
  const std::string plain = mcp(rpc("tools/call", R"({"name":"send","arguments":{"amount":5}})"));
  EXPECT_EQ(
      mcp(rpc("tools/call", R"({"arguments":{"amount":5}, "name":"send","_meta":{"progressToken":4}})", "2")),
      plain);
  EXPECT_EQ(mcp(rpc("tools/call", R"({"name":"send","arguments":{"amount":5}})"), {"Mcp-Session-Id: other"}),
            plain);
  EXPECT_NE(mcp(rpc("tools/call", R"({"name":"send","arguments":{"amount":6}})")), plain);
  EXPECT_NE(mcp(rpc("tools/call", R"({"name":"send","arguments":{"amount":5},"_meta":{"user":"u"}})")),
            plain);
  EXPECT_NE(
      mcp(rpc("tools/call", R"({"name":"send","arguments":{"amount":5}})"), {"Authorization: Bearer x"}),
      plain);
}

TEST(MatchKey, HostCountsWhereItIsSent) {
  auto snapshot = plane();
  snapshot->options.upstreams[0].preserve_host = true;
  const Asked kept(snapshot, "POST /shop/v1/send", {kJson}, R"({"amount":5})");
  EXPECT_NE(key_of(kept), http_key({}));
}

TEST(RequestDigest, DependsOnTheNonceAndSoTellsNothingByItself) {
  const Asked asked(plane(), "POST /shop/v1/send", {kJson}, R"({"amount":5})");
  const auto components = components_of(asked.out, content_hash(asked.out, asked.body));
  EXPECT_EQ(crypto::request_digest(components, "n1"), crypto::request_digest(components, "n1"));
  EXPECT_NE(crypto::request_digest(components, "n1"), crypto::request_digest(components, "n2"));
}

}  // namespace
}  // namespace holdfast::proxy
