// What an agent claims about its call, in the header Holdfast-Context or in _meta of an MCP message: it is
// judged with it, belongs to what is approved, and the header is never forwarded.
#include "proxy/claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/fingerprint.hpp"
#include "tests/proxy/house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kJson;
using testing::HasSubstr;

std::shared_ptr<Snapshot> plane() {
  return test::snapshot({test::shop({test::tool("send", "POST", "/v1/send")}), test::payment()});
}

std::vector<std::string> context(std::string value) {
  return {kJson, "Holdfast-Context: " + std::move(value)};
}

// A context of so many bytes.
std::string of_size(std::size_t bytes) {
  const std::string empty = R"({"story":""})";
  return R"({"story":")" + std::string(bytes - empty.size(), 'x') + "\"}";
}

std::string message(const std::string& context) {
  return test::rpc(
      "tools/call",
      R"({"arguments":{"_meta":{"holdfast/context":1}},"name":"send","_meta":{"holdfast/context":)" +
          context + R"(,"acme/x":[1]}})");
}

TEST(Claims, AreReadAsAnObjectAndTakenOff) {
  const Asked asked(plane(), "POST /shop/v1/send", context(R"({"ticket":"A-1","n":5.0})"), "{}");
  ASSERT_EQ(asked.why(), "");
  ASSERT_EQ(asked.out.call.context_state, Readable::whole);
  EXPECT_EQ(json::to_text(*asked.out.call.context), R"({"ticket":"A-1","n":5.0})");
  for (const net::HeaderLine& line : asked.out.headers)
    EXPECT_FALSE(net::same_name(line.name, kContextHeader));
  for (const Field& field : asked.out.call.headers)
    EXPECT_NE(field.name, "holdfast-context") << "rules see it as context.* only";
}

TEST(Claims, ThatNobodyMadeAreAbsent) {
  const Asked asked(plane(), "POST /shop/v1/send", {kJson}, "{}");
  EXPECT_EQ(asked.out.call.context_state, Readable::absent);
  EXPECT_EQ(asked.out.call.context, nullptr);
}

TEST(Claims, NamedInConnectionAreReadAllTheSame) {
  const Asked asked(plane(), "POST /shop/v1/send",
                    {kJson, "Connection: holdfast-context", "holdfast-CONTEXT: {\"a\":1}"}, "{}");
  EXPECT_EQ(asked.out.call.context_state, Readable::whole);
}

TEST(Claims, ThatCannotBeReadAreRefused) {
  const std::pair<std::string, const char*> rows[] = {
      {"", "is not the JSON it should be"},
      {"{", "is not the JSON it should be"},
      {"{} {}", "is not the JSON it should be"},
      {R"({"a":1,"a":2})", "is not the JSON it should be"},
      {"ticket=A-1", "is not the JSON it should be"},
      {"[1]", "must be a JSON object"},
      {"\"a\"", "must be a JSON object"},
      {"null", "must be a JSON object"},
      {std::string(100, '[') + std::string(100, ']'), "is not the JSON it should be"},
  };
  for (const auto& [value, said] : rows) {
    const Asked http(plane(), "POST /shop/v1/send", context(value), "{}");
    EXPECT_EQ(http.refused(), 400) << value;
    EXPECT_THAT(http.why(), HasSubstr("the header Holdfast-Context ")) << value;
    EXPECT_THAT(http.why(), HasSubstr(said)) << value;
    const Asked mcp(plane(), "POST /mcp/payment", context(value),
                    test::rpc("tools/call", R"({"name":"send"})"));
    EXPECT_EQ(mcp.refused(), 400) << value;
  }
  const Asked twice(plane(), "POST /shop/v1/send", {kJson, "Holdfast-Context: {}", "holdfast-context: {}"},
                    "{}");
  EXPECT_EQ(twice.refused(), 400);
  EXPECT_THAT(twice.why(), HasSubstr("stands twice"));
}

TEST(Claims, InAHeaderStandForMcpToo) {
  const Asked asked(plane(), "POST /mcp/payment", context(R"({"a":1})"),
                    test::rpc("tools/call", R"({"name":"send","_meta":{"a":2}})"));
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(json::to_text(*asked.out.call.context), R"({"a":1})");
}

TEST(Claims, InAMessageAreReadLikeTheHeader) {
  for (const std::string& body :
       {message(R"({"ticket":"A-1","n":5.0})"),
        test::rpc("resources/read",
                  R"({"uri":"file:///a","_meta":{"holdfast/context":{"ticket":"A-1","n":5.0}}})")}) {
    const Asked asked(plane(), "POST /mcp/payment", {kJson}, body);
    ASSERT_EQ(asked.why(), "") << body;
    ASSERT_EQ(asked.out.call.context_state, Readable::whole) << body;
    EXPECT_EQ(json::to_text(*asked.out.call.context), R"({"ticket":"A-1","n":5.0})");
    EXPECT_EQ(context_text(asked.out), R"({"ticket":"A-1","n":5.0})");
  }
  const Asked http(plane(), "POST /shop/v1/send", {kJson}, message("{}"));
  EXPECT_EQ(http.out.call.context_state, Readable::absent) << "a body of HTTP means what its server says";
}

TEST(Claims, InAMessageThatAreNoObjectOrStandInTheHeaderTooAreRefused) {
  for (const char* value : {"1", "\"{}\"", "[{}]", "null", "true"}) {
    const Asked asked(plane(), "POST /mcp/payment", {kJson}, message(value));
    EXPECT_EQ(asked.refused(), 400) << value;
    EXPECT_THAT(asked.why(), HasSubstr("params._meta[\"holdfast/context\"] must be an object")) << value;
  }
  const Asked both(plane(), "POST /mcp/payment", context("{}"), message("{}"));
  EXPECT_EQ(both.refused(), 400);
  EXPECT_THAT(both.why(), HasSubstr("and the header Holdfast-Context are both there; send one"));
}

// Of both the bytes count as they were sent, whatever is in front of them and behind.
TEST(Claims, HaveFourKibibytesAtMost) {
  static_assert(kMaxContext == 4096);
  const Asked most(plane(), "POST /shop/v1/send", context(of_size(kMaxContext)), "{}");
  EXPECT_EQ(most.why(), "");
  const Asked more(plane(), "POST /shop/v1/send", context(of_size(kMaxContext + 1)), "{}");
  EXPECT_EQ(more.refused(), 400);
  EXPECT_THAT(more.why(), HasSubstr("the header Holdfast-Context has more than 4096 bytes; name a ticket"));

  const auto asked = [](const std::string& value) {
    return Asked(plane(), "POST /mcp/payment", {kJson}, message(value)).why();
  };
  const std::string spelt = R"({"a": "\u0061", )";  // shorter when it is written again
  EXPECT_EQ(asked(of_size(kMaxContext)), "");
  EXPECT_EQ(asked(spelt + of_size(kMaxContext - spelt.size() + 1).substr(1)), "");
  for (const std::string& value :
       {of_size(kMaxContext + 1), spelt + of_size(kMaxContext - spelt.size() + 2).substr(1)})
    EXPECT_THAT(asked(value), HasSubstr("params._meta[\"holdfast/context\"] has more than 4096 bytes"));
}

std::string digest_of(const Asked& asked) {
  EXPECT_EQ(asked.why(), "");
  return std::string(
      crypto::request_digest(components_of(asked.out, content_hash(asked.out, asked.body)), "n").view());
}

TEST(Claims, BelongToWhatIsApprovedWhateverIsIgnored) {
  const auto key = [](const Asked& asked) {
    return match_key(asked.out, components_of(asked.out, content_hash(asked.out, asked.body)));
  };
  auto ignoring = plane();
  ignoring->options.ignore_headers = {"holdfast-context"};
  for (const auto& snapshot : {plane(), ignoring}) {
    const Asked plain(snapshot, "POST /shop/v1/send", {kJson}, "{}");
    const Asked one(snapshot, "POST /shop/v1/send", context(R"({"ticket":"A-1"})"), "{}");
    const Asked same(snapshot, "POST /shop/v1/send", {kJson, R"(HOLDFAST-context:  {"ticket":"A-1"} )"},
                     "{}");
    const Asked other(snapshot, "POST /shop/v1/send", context(R"({"ticket":"A-2"})"), "{}");
    EXPECT_EQ(digest_of(one), digest_of(same));
    EXPECT_EQ(key(one), key(same));
    for (const Asked* another : {&plain, &other}) {
      EXPECT_NE(digest_of(one), digest_of(*another));
      EXPECT_NE(key(one), key(*another));
    }
  }
  const auto said = [](const std::string& value) {
    return digest_of(Asked(plane(), "POST /mcp/payment", {kJson}, message(value)));
  };
  EXPECT_EQ(said(R"({"ticket":"A-1"})"), said(R"({ "ticket": "A-1" })")) << "it is of the canonical call";
  EXPECT_NE(said(R"({"ticket":"A-1"})"), said(R"({"ticket":"A-2"})"));
}

// RFC 9421: its place is among the other headers, by name.
TEST(Claims, AreAComponentOfTheDigest) {
  const Asked asked(plane(), "POST /shop/v1/send",
                    {kJson, "X-A: 1", "A-B: 2", R"(Holdfast-Context: {"ticket":"A-1"})"}, "{}");
  const std::string base =
      crypto::signature_base(components_of(asked.out, content_hash(asked.out, asked.body)), "n");
  EXPECT_THAT(base, HasSubstr("\"a-b\": 2\n\"holdfast-context\": {\"ticket\":\"A-1\"}\n\"x-a\": 1\n"));
  EXPECT_THAT(base, HasSubstr(R"( "a-b" "holdfast-context" "x-a"))"));
}

}  // namespace
}  // namespace holdfast::proxy
