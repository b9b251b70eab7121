// The header Holdfast-Context: what an agent claims about its call is judged with it and never forwarded.
#include "proxy/claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Claims, StandForMcpToo) {
  const Asked asked(plane(), "POST /mcp/payment", context(R"({"a":1})"),
                    test::rpc("tools/call", R"({"name":"send","_meta":{"a":2}})"));
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(json::to_text(*asked.out.call.context), R"({"a":1})");
}

}  // namespace
}  // namespace holdfast::proxy
