// The answer to tools/list: what is found in it, what is refused, and what is cut out.
#include "proxy/mcp/tool_list.hpp"

#include <gmock/gmock.h>

#include "proxy/learnt.hpp"

namespace holdfast::proxy::mcp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string reply(const std::string& tools, const std::string& more = "") {
  return R"({"jsonrpc":"2.0","id":1,"result":{"tools":)" + tools + more + "}}";
}

std::string cut(const std::string& text, const std::string& hidden) {
  const auto list = read_tool_list(text);
  if (!list || !*list) return "unread";
  return without_tools(text, **list,
                       [&](std::string_view name) { return hidden.find(name) != std::string::npos; });
}

TEST(ToolList, WhatIsHiddenIsCutAndTheRestStaysByteForByte) {
  const std::string text =
      "{ \"result\" : { \"nextCursor\":null, \"a\" : [1, {\"tools\":[{\"name\":\"x\"}]}],\n \"tools\" : [ "
      "{\"name\" : "
      "\"b\", \"n\":1.50e+0, \"d\":\"]},{\\\"\\\\\"} ,\n{\"n\":[{}],\"name\":\"\\u0063\"} , "
      "{\"name\":\"d\"}\t] , "
      "\"z\":\"\xC3\xA9\" },\"id\":1, \"jsonrpc\":\"2.0\"}\n";
  EXPECT_EQ(cut(text, "nothing of it"), text) << "no name of a tool is in it, so not a byte is another";
  EXPECT_EQ(
      cut(text, "c"),
      "{ \"result\" : { \"nextCursor\":null, \"a\" : [1, {\"tools\":[{\"name\":\"x\"}]}],\n \"tools\" : "
      "[{\"name\" "
      ": \"b\", \"n\":1.50e+0, \"d\":\"]},{\\\"\\\\\"},{\"name\":\"d\"}] , \"z\":\"\xC3\xA9\" },\"id\":1, "
      "\"jsonrpc\":\"2.0\"}\n");
  EXPECT_THAT(cut(text, "b d"), HasSubstr("\"tools\" : [{\"n\":[{}],\"name\":\"\\u0063\"}] ,"));
  EXPECT_THAT(cut(text, "b c d"), HasSubstr("\"tools\" : [] ,"));
  EXPECT_EQ(cut(reply("[]"), "b"), reply("[]"));
}

TEST(ToolList, FindsNamesAndHints) {
  const std::string text = reply(
      R"([{"name":"a","annotations":{"readOnlyHint":true,"destructiveHint":false,"idempotentHint":"yes","openWorldHint":null}},)"
      R"({"name":"b"},{"name":"c","annotations":[true]}])");
  const auto list = read_tool_list(text);
  ASSERT_TRUE(list && *list);
  const auto& tools = (*list)->tools;
  ASSERT_EQ(tools.size(), 3U);
  EXPECT_EQ(tools[0].name, "a");
  EXPECT_EQ(tools[0].annotations.read_only, true);
  EXPECT_EQ(tools[0].annotations.destructive, false);
  EXPECT_EQ(tools[0].annotations.idempotent, std::nullopt) << "a hint that is no boolean says nothing";
  EXPECT_EQ(tools[0].annotations.open_world, std::nullopt);
  EXPECT_EQ(tools[1].annotations.read_only, std::nullopt);
  EXPECT_EQ(tools[2].annotations.read_only, std::nullopt);
}

TEST(ToolList, AnAnswerWithoutAListIsNone) {
  for (const char* text :
       {R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"tools"}})",
        R"({"jsonrpc":"2.0","id":1,"result":{}})", R"({"jsonrpc":"2.0","id":1,"result":[]})"}) {
    const auto list = read_tool_list(text);
    ASSERT_TRUE(list) << text;
    EXPECT_FALSE(*list) << text;
  }
}

// Some decoders fold the case of names, and take the last of two.
TEST(ToolList, WhatSomebodyMayFindToolsInIsRefused) {
  for (const std::string& text :
       {reply("{}"), reply("[1]"), reply("[{}]"), reply(R"([{"name":7}])"),
        reply(R"([{"name":"a","Name":"b"}])"), reply(R"([{"Name":"b"}])"),
        reply("[]", R"(,"Tools":[{"name":"a"}])"), reply("[]", R"(,"tools":[])"),
        reply("[]", ",\"tool\xC5\xBF\":[]"), std::string(R"({"jsonrpc":"2.0","id":1,"Result":{"tools":[]}})"),
        std::string("[]"), std::string("no JSON"), reply("[]") + "x", "\xEF\xBB\xBF" + reply("[]")}) {
    EXPECT_FALSE(read_tool_list(text)) << text;
  }
}

std::string known(const Learnt& learnt, std::string_view tool) {
  const auto found = learnt.of(tool);
  if (!found) return "nothing";
  return found->read_only ? (*found->read_only ? "reads" : "writes") : "silent";
}

void learn(Learnt& learnt, const std::string& tools) {
  const auto list = read_tool_list(reply(tools));
  ASSERT_TRUE(list && *list);
  learnt.learn(**list);
}

constexpr const char* kReads = R"({"name":"a","annotations":{"readOnlyHint":true}})";

TEST(Learnt, AListAddsToolsAndTakesNoneBack) {
  Learnt learnt;
  EXPECT_EQ(known(learnt, "a"), "nothing");
  learn(learnt, std::string("[") + kReads + R"(,{"name":"b"}])");
  EXPECT_EQ(known(learnt, "a"), "reads");
  EXPECT_EQ(known(learnt, "b"), "silent");
  const std::string again = std::string("[") + kReads + "]";
  for (const std::string& later : {std::string("[]"), std::string(R"([{"name":"c"}])"), again}) {
    learn(learnt, later);
    EXPECT_EQ(known(learnt, "a"), "reads") << later;
    EXPECT_EQ(known(learnt, "b"), "silent") << later;
  }
  EXPECT_EQ(known(learnt, "c"), "silent");
}

// A rule may look for a hint that is there, for one that is not, or for its opposite: only what is unknown is
// strict for each.
TEST(Learnt, OfAToolThatIsListedInTwoWaysNothingIsKnownAnyMore) {
  for (const char* hint : {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}) {
    const auto says = [&](const char* what) {
      return std::string(R"({"name":"a","annotations":{")") + hint + "\":" + what + "}}";
    };
    Learnt learnt;
    learn(learnt, "[" + says("true") + "," + says("true") + "]");
    EXPECT_TRUE(learnt.of("a")) << hint;
    learn(learnt, "[" + says("false") + "]");
    EXPECT_EQ(known(learnt, "a"), "nothing") << hint;
    learn(learnt, "[" + says("true") + "]");
    EXPECT_EQ(known(learnt, "a"), "nothing") << hint;
    Learnt at_once;
    learn(at_once, "[" + says("true") + "," + says("false") + "]");
    EXPECT_EQ(known(at_once, "a"), "nothing") << hint;
    for (const bool first : {false, true}) {
      Learnt left_out;
      const std::string silent = R"({"name":"a"})";
      learn(left_out, "[" + (first ? silent : says("true")) + "]");
      learn(left_out, "[" + (first ? says("true") : silent) + "]");
      EXPECT_EQ(known(left_out, "a"), "nothing") << hint << first;
    }
  }
}

TEST(Learnt, IsBounded) {
  Learnt learnt;
  std::string tools;
  for (std::size_t i = 0; i <= Learnt::kMostTools; ++i)
    tools += (i == 0 ? "" : ",") + std::string(R"({"name":"t)") + std::to_string(i) + "\"}";
  learn(learnt, "[" + tools + "]");
  EXPECT_EQ(known(learnt, "t9999"), "silent");
  EXPECT_EQ(known(learnt, "t10000"), "nothing");
  learn(learnt, R"([{"name":"t5","annotations":{"readOnlyHint":true}}])");
  EXPECT_EQ(known(learnt, "t5"), "nothing") << "a full table still sees that lists differ";
  Learnt names;
  const std::string longest(Learnt::kLongestName, 'n');
  learn(names, R"([{"name":")" + longest + R"("},{"name":")" + longest + R"(n"}])");
  EXPECT_EQ(known(names, longest), "silent");
  EXPECT_EQ(known(names, longest + "n"), "nothing");
}

TEST(Learnt, StaysWithTheUpstreamOfTheSameAddressOnly) {
  std::vector<Upstream> before(1);
  before[0].name = "files";
  before[0].protocol = Protocol::mcp;
  before[0].authority = "files.test:1";
  keep_learnt(nullptr, before);
  learn(*before[0].learnt, std::string("[") + kReads + "]");
  std::vector<Upstream> after(2, before[0]);
  after[1].authority = "elsewhere.test:1";
  keep_learnt(&before, after);
  EXPECT_EQ(known(*after[0].learnt, "a"), "reads");
  EXPECT_EQ(known(*after[1].learnt, "a"), "nothing");
}

}  // namespace
}  // namespace holdfast::proxy::mcp
