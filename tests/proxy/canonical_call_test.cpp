// The canonical call: what of an MCP message may differ between a call and its retry (03-calls "Identical").
#include <gtest/gtest.h>

#include "house.hpp"
#include "proxy/mcp/message.hpp"

namespace holdfast::proxy::mcp {
namespace {

std::string canonical(std::string_view text, std::string_view upstream = "payment") {
  const json::Document document = policy::document(text);
  const auto message = read_message(document.root());
  if (!message) return message.error().detail;
  return canonical_call(upstream, *message);
}

std::string call(std::string_view params, std::string_view id = "1") {
  return canonical(test::rpc("tools/call", params, id));
}

TEST(CanonicalCall, IsMethodParamsAndUpstreamAsRfc8785WritesThem) {
  EXPECT_EQ(
      call(R"({ "name" : "send", "arguments": {"b":1.50,"a":"\u00e9\u000a"} })"),
      "{\"method\":\"tools/call\",\"params\":{\"arguments\":{\"a\":\"é\\n\",\"b\":1.50},\"name\":\"send\"},"
      "\"upstream\":\"payment\"}");
  EXPECT_EQ(canonical(test::rpc("resources/list")), R"({"method":"resources/list","upstream":"payment"})");
}

TEST(CanonicalCall, OfARetryIsEqual) {
  const std::string first = call(R"({"name":"send","arguments":{"amount":500,"to":"x"}})");
  for (
      const std::string& retry : {
          call(R"({"name":"send","arguments":{"amount":500,"to":"x"}})", "\"another id\""),
          call(R"({"arguments":{"to":"x","amount":500},"name":"send"})"),
          call(R"({"name":"s\u0065nd","arguments":{"amount":500,"to":"x"}})"),
          call(R"({"name":"send","arguments":{"amount":500,"to":"x"},"_meta":{}})"),
          call(R"({"name":"send","arguments":{"amount":500,"to":"x"},"_meta":{"progressToken":7}})"),
          call(
              R"({"_meta":{"progressToken":"p","traceparent":"00-a","tracestate":"b","baggage":"c"},"name":"send",
                    "arguments":{"amount":500,"to":"x"}})"),
      }) {
    EXPECT_EQ(retry, first);
  }
}

TEST(CanonicalCall, OfEveryOtherCallDiffers) {
  const std::string_view rows[] = {
      R"({"name":"send","arguments":{"amount":500}})",
      R"({"name":"send","arguments":{"amount":501}})",
      R"({"name":"send","arguments":{"amount":500.0}})",
      R"({"name":"send","arguments":{"amount":5e2}})",
      R"({"name":"send","arguments":{"amount":"500"}})",
      R"({"name":"send","arguments":{"amount":500,"x":null}})",
      R"({"name":"send","arguments":{"Amount":500}})",
      R"({"name":"send","arguments":{}})",
      R"({"name":"send"})",
      R"({"name":"sent","arguments":{"amount":500}})",
      R"({"name":"send","arguments":{"amount":500},"inputResponses":{"a":1}})",
      R"({"name":"send","arguments":{"amount":500},"inputResponses":{}})",
      R"({"name":"send","arguments":{"amount":500},"task":{}})",
      R"({"name":"send","arguments":{"amount":500},"_meta":{"user":"a"}})",
      R"({"name":"send","arguments":{"amount":500},"_meta":{"user":"b","progressToken":1}})",
      R"({"name":"send","arguments":{"amount":500},"_meta":{"Traceparent":"a"}})",
      // Only at the top of params is _meta what the specification says of it.
      R"({"name":"send","arguments":{"amount":500,"_meta":{"progressToken":1}}})",
      R"({"name":"send","arguments":{"amount":500,"_meta":{}}})",
      R"({"name":"send","arguments":{"amount":500,"traceparent":"a"}})",
      R"({"name":"send","arguments":{"amount":500},"progressToken":1})",
      R"({"name":"send","arguments":{"items":[1,2]}})",
      R"({"name":"send","arguments":{"items":[2,1]}})",
  };
  std::set<std::string> seen;
  for (const std::string_view row : rows)
    EXPECT_TRUE(seen.insert(call(row)).second) << row;
  const std::string text = test::rpc("tools/call", rows[0]);
  EXPECT_TRUE(seen.insert(canonical(text, "payment2")).second);
  EXPECT_TRUE(seen.insert(canonical(test::rpc("prompts/get", rows[0]))).second);
}

TEST(CanonicalCall, TheRestOfMetaCounts) {
  EXPECT_EQ(call(R"({"name":"send","_meta":{"user":"a","progressToken":1}})"),
            call(R"({"name":"send","_meta":{"progressToken":2,"user":"a","baggage":"x"}})"));
}

}  // namespace
}  // namespace holdfast::proxy::mcp
