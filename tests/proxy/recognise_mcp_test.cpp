// From the bytes of an MCP request to the call that is judged, or to a message that passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"
#include "proxy/learnt.hpp"
#include "proxy/mcp/session.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kJson;
using test::rpc;

std::shared_ptr<Snapshot> plane() {
  return test::snapshot({test::payment()});
}

std::string call(std::string_view name, std::string_view rest = "") {
  std::string params = R"({"name":)";
  params.append(name).append(rest).append("}");
  return rpc("tools/call", params);
}

TEST(RecogniseMcp, AToolCallIsTheToolItNames) {
  const Asked asked(plane(), "POST /mcp/payment", {kJson},
                    call("\"send\"", R"(,"arguments":{"amount":5.0})"));
  ASSERT_EQ(asked.why(), "");
  EXPECT_TRUE(asked.out.is_call);
  EXPECT_EQ(asked.tool(), "payment.send");
  EXPECT_EQ(asked.args(), R"({"amount":5.0})");
  EXPECT_EQ(asked.out.target_uri, "http://payment.test:9002/mcp");
}

TEST(RecogniseMcp, WithoutAnIdItIsJudgedToo) {
  const Asked asked(plane(), "POST /mcp/payment", {kJson}, rpc("tools/call", R"({"name":"send"})", ""));
  EXPECT_TRUE(asked.out.is_call);
  EXPECT_EQ(asked.tool(), "payment.send");
  EXPECT_EQ(asked.args(), "absent");
}

TEST(RecogniseMcp, EveryOtherMethodIsAToolOfThreeSegments) {
  for (const std::string method :
       {"resources/read", "prompts/get", "Tools/Calls", "vendor/x", "x/list", "tasks/cancel"}) {
    for (const std::string id : {"1", ""}) {
      const Asked asked(plane(), "POST /mcp/payment", {kJson}, rpc(method, R"({"name":"send","a":1})", id));
      EXPECT_TRUE(asked.out.is_call) << method;
      EXPECT_EQ(asked.tool(), "payment.mcp." + method);
      EXPECT_EQ(asked.args(), R"({"name":"send","a":1})") << "of such a method the arguments are its params";
      EXPECT_EQ(asked.out.snapshot->policy->decide(asked.out.call).effect, Effect::deny) << method;
    }
  }
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, rpc("notifications/initialized")).tool(),
            "payment.mcp.notifications/initialized");
}

TEST(RecogniseMcp, TheProtocolsOwnMessagesPass) {
  for (const std::string& body :
       {rpc("initialize"), rpc("tools/list"), rpc("ping"), rpc("notifications/cancelled", "", ""),
        std::string(R"({"jsonrpc":"2.0","id":3,"result":{}})")}) {
    const Asked asked(plane(), "POST /mcp/payment", {kJson}, body);
    EXPECT_EQ(asked.why(), "") << body;
    EXPECT_FALSE(asked.out.is_call) << body;
  }
}

TEST(RecogniseMcp, ANameThatHasTwoReadingsIsRefused) {
  for (const std::string name :
       {"\"Send\"", "\"SEND\"", "\"send.\"", "\"send \"", "\" send\"", "\"\\uff53end\"", "\"\\u017fend\"",
        "\"se\\u200bnd\"", "\"send\\u0000\"", "\"se\\nnd\"", "\"send\\u007f\"", "\"\"", "null", "5",
        "[\"send\"]", "{\"name\":\"send\"}", "\"mcp.resources/read\"", "\"http.get\"", "\"mcp.x\""}) {
    const Asked asked(plane(), "POST /mcp/payment", {kJson}, call(name));
    EXPECT_EQ(asked.refused(), 400) << name;
    ASSERT_FALSE(asked.result);
    EXPECT_EQ(asked.result.error().rpc_code, -32602) << name;
  }
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, call("\"" + std::string(121, 'a') + "\"")).refused(),
            400)
      << "129 bytes";
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, call("\"" + std::string(120, 'a') + "\"")).refused(),
            0)
      << "128 bytes";
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, rpc("tools/call")).refused(), 400) << "no params";
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, rpc(std::string(200, 'm'))).refused(), 400)
      << "a long method";
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, rpc("a\\u0000b")).refused(), 400)
      << "a control in the method";
}

TEST(RecogniseMcp, APercentEscapeInANameIsAnotherTool) {
  EXPECT_EQ(Asked(plane(), "POST /mcp/payment", {kJson}, call("\"%73end\"")).tool(), "payment.%73end");
}

TEST(RecogniseMcp, ArgumentsThatAreNoObjectAreUnreadable) {
  for (const std::string arguments : {"[]", "null", "5", "\"{}\""}) {
    EXPECT_EQ(
        Asked(plane(), "POST /mcp/payment", {kJson}, call("\"send\"", ",\"arguments\":" + arguments)).args(),
        "unreadable")
        << arguments;
  }
}

TEST(RecogniseMcp, HintsAreUnknownOfWhatWasNotListed) {
  Upstream server = test::payment();
  server.learnt = std::make_shared<Learnt>();
  const auto list = mcp::read_tool_list(R"({"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"send"}]}})");
  ASSERT_TRUE(list && *list);
  server.learnt->learn(**list);
  const auto learnt = test::snapshot({server});
  const auto untold = [](std::shared_ptr<const Snapshot> snapshot, const std::string& body) {
    const Asked asked(std::move(snapshot), "POST /mcp/payment", {kJson}, body);
    EXPECT_EQ(asked.why(), "");
    EXPECT_NE(asked.out.call.untold.annotations, asked.out.call.annotations != nullptr);
    return asked.out.call.untold.annotations;
  };
  EXPECT_FALSE(untold(learnt, call("\"send\""))) << "what the list does not say of it is missing";
  EXPECT_TRUE(untold(learnt, call("\"other\"")));
  EXPECT_TRUE(untold(learnt, rpc("resources/read", R"({"uri":"file:a"})")));
  EXPECT_TRUE(untold(plane(), call("\"send\"")));
}

TEST(RecogniseMcp, EachRefusalHasItsStatusAndCode) {
  const std::string good = call("\"send\"");
  const std::tuple<std::string, std::vector<std::string>, int, int> rows[] = {
      {"[" + good + "]", {kJson}, 400, -32600},
      {R"({"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"send"}})", {kJson}, 400, -32600},
      {R"({"jsonrpc":"2.0","id":1,"result":{},"Method":"tools/call","params":{"name":"send"}})",
       {kJson},
       400,
       -32600},
      {"{", {kJson}, 400, -32700},
      {"\xEF\xBB\xBF" + good, {kJson}, 400, -32700},
      {R"({"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"})", {kJson}, 400, -32700},
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get","name":"send"}})",
       {kJson},
       400,
       -32700},
      {good, {kJson, "Mcp-Name: get"}, 400, -32020},
      {good, {kJson, "Mcp-Method: ping"}, 400, -32020},
      {good, {kJson, "Content-Encoding: gzip"}, 415, -32600},
      {good, {kJson, "Content-Encoding: identity", "Content-Encoding: gzip"}, 415, -32600},
      {good, {"Content-Type: text/plain"}, 415, -32600},
      {good, {"Content-Type: application/json; charset=utf-16"}, 415, -32600},
      {good, {}, 415, -32600},
      {good, {kJson, "Origin: http://evil.com"}, 403, -32600},
      {good, {kJson, "X-HTTP-Method: GET"}, 400, -32600},
  };
  for (const auto& [body, headers, status, code] : rows) {
    const Asked asked(plane(), "POST /mcp/payment", headers, body);
    ASSERT_FALSE(asked.result) << body;
    EXPECT_EQ(asked.refused(), status) << body << asked.why();
    EXPECT_EQ(asked.result.error().rpc_code, code) << body << asked.why();
  }
  const Asked body_on_get(plane(), "GET /mcp/payment", {kJson}, "{}");
  EXPECT_EQ(body_on_get.refused(), 400);
  for (const std::string method : {"PUT", "HEAD", "OPTIONS", "PATCH"})
    EXPECT_EQ(Asked(plane(), method + " /mcp/payment").refused(), 501) << method;
}

TEST(RecogniseMcp, SessionsBelongToTheAgentThatReceivedThem) {
  auto snapshot = plane();
  snapshot->options.agents.push_back(test::known_agent("a", "token-a"));
  snapshot->options.agents.push_back(test::known_agent("b", "token-b"));
  const std::string bound = mcp::bind_session(snapshot->session_key, "a", "payment", "s1");
  const auto as = [&](const std::string& token, const std::string& session) {
    return std::vector<std::string>{kJson, "Holdfast-Agent-Token: " + token, "Mcp-Session-Id: " + session};
  };
  const Asked own(snapshot, "POST /mcp/payment", as("token-a", bound), rpc("ping"));
  ASSERT_EQ(own.why(), "");
  const auto* sent = net::find_header(own.out.headers, "Mcp-Session-Id");
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->value, "s1");
  EXPECT_EQ(Asked(snapshot, "POST /mcp/payment", as("token-b", bound), rpc("ping")).refused(), 404);
  EXPECT_EQ(Asked(snapshot, "POST /mcp/payment", as("token-a", "s1"), rpc("ping")).refused(), 404);
  EXPECT_EQ(Asked(snapshot, "DELETE /mcp/payment", as("token-b", bound)).refused(), 404);
  auto twice = as("token-a", bound);
  twice.push_back("Mcp-Session-Id: " + bound);
  EXPECT_EQ(Asked(snapshot, "POST /mcp/payment", twice, rpc("ping")).refused(), 400);
}

}  // namespace
}  // namespace holdfast::proxy
