// JSON-RPC messages: what is one, what passes, and whose headers agree (03-calls "MCP over Streamable HTTP").
#include "proxy/mcp/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy::mcp {
namespace {

using test::rpc;

struct Read {
  explicit Read(std::string_view text)
      : document(policy::document(text)), message(read_message(document.root())) {}
  json::Document document;
  Result<Message> message;
};

TEST(Message, ARequestHasAMethodAndAnId) {
  const Read read(rpc("tools/call", R"({"name":"send","_meta":{"progressToken":"p"}})", "7"));
  ASSERT_TRUE(read.message);
  EXPECT_EQ(read.message->kind, Kind::request);
  EXPECT_EQ(read.message->method, "tools/call");
  EXPECT_EQ(read.message->id, "7");
  ASSERT_NE(read.message->progress_token, nullptr);
  EXPECT_EQ(read.message->progress_token->text(), "p");
}

TEST(Message, WithoutAnIdItIsANotification) {
  const Read read(rpc("tools/call", R"({"name":"send"})", ""));
  ASSERT_TRUE(read.message);
  EXPECT_EQ(read.message->kind, Kind::notification);
  EXPECT_EQ(read.message->id, "");
}

TEST(Message, IdsAreStringsAndIntegersAndKeepTheirType) {
  const std::pair<std::string_view, std::string_view> good[] = {
      {"1", "1"},
      {"-7", "-7"},
      {"\"1\"", "\"1\""},
      {"\"\"", "\"\""},
      {"\"\\u0031\"", "\"1\""},
      {"90071992547409931234", "90071992547409931234"}};
  for (const auto& [id, text] : good) {
    const Read read(rpc("ping", "", id));
    ASSERT_TRUE(read.message) << id;
    EXPECT_EQ(read.message->id, text);
  }
  for (const std::string_view id : {"null", "true", "1.5", "1.0", "1e3", "1E3", "[]", "[1]", "{}"})
    EXPECT_FALSE(Read(rpc("ping", "", id)).message) << id;
}

TEST(Message, AResponseHasExactlyOneOfResultAndError) {
  for (const std::string_view text :
       {R"({"jsonrpc":"2.0","id":1,"result":{}})", R"({"jsonrpc":"2.0","id":"a","error":{"code":1}})",
        R"({"jsonrpc":"2.0","id":null,"error":{}})"}) {
    const Read read(text);
    ASSERT_TRUE(read.message) << text;
    EXPECT_EQ(read.message->kind, Kind::response) << text;
    EXPECT_TRUE(passes(*read.message)) << text;
  }
}

TEST(Message, WhatIsNoMessageIsRefused) {
  for (const std::string_view text : {
           "[]",
           "null",
           "1",
           "\"tools/call\"",
           "{}",
           R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])",  // a batch of one
           R"([{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send"}}])",
           R"({"id":1,"method":"ping"})",  // no version
           R"({"jsonrpc":2.0,"id":1,"method":"ping"})",
           R"({"jsonrpc":"1.0","id":1,"method":"ping"})",
           R"({"jsonrpc":"2.0","id":1})",                                    // neither
           R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})",             // both
           R"({"jsonrpc":"2.0","id":1,"method":"tools/call","result":{}})",  // request and response
           R"({"jsonrpc":"2.0","id":1,"method":"tools/call","error":null})",
           R"({"jsonrpc":"2.0","id":1,"method":null,"result":{}})",
           R"({"jsonrpc":"2.0","id":1,"method":["tools/call"]})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":"x"})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":[]}})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":null}})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":null}}})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}})",
           R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":1.5}}})",
       }) {
    const Read read(text);
    ASSERT_FALSE(read.message) << text;
    EXPECT_EQ(read.message.error().code, Code::malformed);
  }
}

// Go's encoding/json, and others, take member names in any case. To them each of these is a call of `send`.
TEST(Message, MembersThatSomeReadersTakeForOthersAreRefused) {
  for (
      const std::string_view text : {
          R"({"jsonrpc":"2.0","id":1,"result":{},"Method":"tools/call","params":{"name":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call","params":{"name":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get"},"Params":{"name":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get"},"param\u017f":{"name":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get","Name":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get","n\uff41me":"send"}})",
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send","Arguments":{"amount":5000}}})",
          R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a:","URI":"b:"}})",
          R"({"jsonrpc":"2.0","Id":1,"method":"tools/call","params":{"name":"send"}})",
          R"({"jsonrpc":"2.0","method":"ping","ID":1})",
      }) {
    const Read read(text);
    ASSERT_FALSE(read.message) << text;
    EXPECT_THAT(read.message.error().detail, testing::HasSubstr("nearly"));
  }
  // Names of their own are nobody's look-alikes, and arguments are the rules' to judge.
  EXPECT_TRUE(Read(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","names":1,
                       "arguments":{"Name":1,"Method":2}}})")
                  .message);
}

// A member that neither a rule nor the digest sees would be sent unjudged and unapproved.
TEST(Message, MembersThatAreNotOfJsonRpcAreRefused) {
  for (
      const char* text : {
          R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"send"},"arguments":{"amount":999999}})",
          R"({"jsonrpc":"2.0","id":1,"result":{},"dry_run":false})",
      }) {
    EXPECT_FALSE(Read(text).message) << text;
  }
}

TEST(Passes, TheHandshakeAndTheListsAsRequests) {
  for (const std::string_view method : {"initialize", "ping", "server/discover", "tools/list", "prompts/list",
                                        "resources/list", "resources/templates/list", "tasks/list"}) {
    EXPECT_TRUE(passes(*Read(rpc(method)).message)) << method;
    EXPECT_FALSE(passes(*Read(rpc(method, "", "")).message)) << method << " as a notification";
  }
}

TEST(Passes, TheNotificationsOfTheSpecificationAsNotifications) {
  for (const std::string_view method : {"notifications/initialized", "notifications/cancelled",
                                        "notifications/progress", "notifications/roots/list_changed"}) {
    EXPECT_TRUE(passes(*Read(rpc(method, "", "")).message)) << method;
    EXPECT_FALSE(passes(*Read(rpc(method)).message)) << method << " as a request";
  }
}

TEST(Passes, NothingElse) {
  for (const std::string_view method : {"tools/call",
                                        "Tools/Call",
                                        "TOOLS/CALL",
                                        "tools/call ",
                                        " tools/call",
                                        "tools/call/",
                                        "Tools/List",
                                        "tools/list ",
                                        "x/list",
                                        "vendor/tools/list",
                                        "resources/read",
                                        "resources/subscribe",
                                        "prompts/get",
                                        "completion/complete",
                                        "logging/setLevel",
                                        "tasks/get",
                                        "tasks/cancel",
                                        "tasks/result",
                                        "sampling/createMessage",
                                        "notifications/x",
                                        "Notifications/Initialized",
                                        "Initialize",
                                        "pingx",
                                        "",
                                        "rpc.discover"}) {
    for (const std::string_view id : {"1", ""})
      EXPECT_FALSE(passes(*Read(rpc(method, "", id)).message)) << method << " id " << id;
  }
}

std::string agree(std::string_view body, const std::vector<net::HeaderLine>& headers) {
  const Read read(body);
  const auto agrees = check_headers(*read.message, headers);
  return agrees ? "yes" : agrees.error().detail;
}

TEST(CheckHeaders, AgreeWithTheBody) {
  const std::string call = rpc("tools/call", R"({"name":"send"})");
  EXPECT_EQ(agree(call, {}), "yes");
  EXPECT_EQ(agree(call, {{"mcp-method", "tools/call"}, {"MCP-NAME", "send"}}), "yes");
  EXPECT_EQ(agree(rpc("resources/read", R"({"uri":"file:a","name":"b"})"), {{"Mcp-Name", "file:a"}}), "yes");
  EXPECT_EQ(agree(rpc("prompts/get", R"({"name":"p"})"), {{"Mcp-Name", "p"}}), "yes");
}

constexpr const char* kArguments =
    R"({"name":"send","arguments":{"amount":5,"to":"acme","now":true,"null":null,"deep":{"x":1},"Twice":1,"twice":1,"odd":" \u00e9","sent":"=?base64?NQ==?="}})";

TEST(CheckHeaders, AnArgumentMayBeRepeated) {
  const std::string call = rpc("tools/call", kArguments);
  EXPECT_EQ(agree(call, {{"Mcp-Param-Amount", "5"}, {"mcp-param-to", "acme"}, {"MCP-PARAM-NOW", "true"}}),
            "yes");
  EXPECT_EQ(agree(call, {{"Mcp-Param-To", "=?base64?YWNtZQ==?="}, {"Mcp-Param-Odd", "=?base64?IMOp?="}}),
            "yes");
  EXPECT_EQ(
      agree(call,
            {{"Mcp-Session-Id", "s"}, {"Mcp-Protocol-Version", "2025-06-18"}, {"X-Mcp-Toolsets", "all"}}),
      "yes");
}

TEST(CheckHeaders, AParameterThatIsNotThatArgumentIsRefused) {
  const std::string call = rpc("tools/call", kArguments);
  for (const auto& [name, value] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"mcp-param-amount", "5000"},
                                                                  {"Mcp-Param-amount", ""},
                                                                  {"Mcp-Param-amount", "5.0"},
                                                                  {"Mcp-Param-amount", "=?base64?NQ==?="},
                                                                  {"Mcp-Param-to", "ACME"},
                                                                  {"Mcp-Param-to", "=?base64?ZXZpbA==?="},
                                                                  {"Mcp-Param-to", "=?base64?YWNtZQ==?"},
                                                                  {"Mcp-Param-to", "=?base64?!?="},
                                                                  {"Mcp-Param-sent", "=?base64?NQ==?="},
                                                                  {"Mcp-Param-now", "false"},
                                                                  {"Mcp-Param-null", ""},
                                                                  {"Mcp-Param-null", "null"},
                                                                  {"Mcp-Param-deep", "{}"},
                                                                  {"Mcp-Param-x", "1"},
                                                                  {"Mcp-Param-twice", "1"},
                                                                  {"Mcp-Param-account", "5"},
                                                                  {"Mcp-Param-", "5"},
                                                                  {"Mcp-Region", "eu"},
                                                                  {"Mcp-", "5"}})
    EXPECT_NE(agree(call, {{name, value}}), "yes") << name << ": " << value;
  EXPECT_NE(agree(call, {{"Mcp-Param-amount", "5"}, {"mcp-param-AMOUNT", "5"}}), "yes");
  EXPECT_NE(agree(rpc("tools/list", kArguments), {{"Mcp-Param-amount", "5"}}), "yes") << "it calls no tool";
  EXPECT_NE(agree(rpc("tools/call"), {{"Mcp-Param-amount", "5"}}), "yes");
  EXPECT_NE(agree(rpc("tools/call", R"({"name":"a","arguments":[5]})"), {{"Mcp-Param-amount", "5"}}), "yes");
}

TEST(CheckHeaders, EveryDifferenceIsRefused) {
  const std::string call = rpc("tools/call", R"({"name":"send"})");
  const std::vector<net::HeaderLine> rows[] = {
      {{"Mcp-Method", "ping"}},
      {{"Mcp-Method", "Tools/Call"}},
      {{"Mcp-Method", ""}},
      {{"Mcp-Method", "tools/call"}, {"mcp-method", "ping"}},
      {{"Mcp-Method", "tools/call"}, {"mcp-method", "tools/call"}},
  };
  for (const auto& headers : rows)
    EXPECT_EQ(agree(call, headers), "the header Mcp-Method differs from the body") << headers.front().value;
  const std::vector<net::HeaderLine> names[] = {{{"Mcp-Name", "get"}},
                                                {{"Mcp-Name", "Send"}},
                                                {{"Mcp-Name", ""}},
                                                {{"Mcp-Name", "send"}, {"Mcp-Name", "get"}}};
  for (const auto& headers : names)
    EXPECT_EQ(agree(call, headers), "the header Mcp-Name differs from the body") << headers.front().value;
  EXPECT_NE(agree(rpc("ping"), {{"Mcp-Name", "send"}}), "yes");
  EXPECT_NE(agree(rpc("tools/call", R"({"name":5})"), {{"Mcp-Name", "5"}}), "yes");
  EXPECT_NE(agree(rpc("resources/read", R"({"uri":"file:a","name":"b"})"), {{"Mcp-Name", "b"}}), "yes");
  EXPECT_NE(agree(R"({"jsonrpc":"2.0","id":1,"result":{}})", {{"Mcp-Method", "tools/call"}}), "yes");
}

}  // namespace
}  // namespace holdfast::proxy::mcp
