#include "net/sse.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

struct Split {
  std::vector<SseEvent> events;
  std::string rest;
};

Split split(std::string_view first, std::string_view second) {
  SseSplitter splitter(1000);
  EXPECT_TRUE(splitter.feed(first));
  EXPECT_TRUE(splitter.feed(second));
  Split out;
  while (auto event = splitter.next())
    out.events.push_back(std::move(*event));
  out.rest = splitter.rest();
  return out;
}

TEST(Sse, EveryByteSplitGivesTheSameEvents) {
  const std::string text =
      "\xEF\xBB\xBF: hello\r\n\r\n"
      "event: ping\ndata: one\ndata:two\nid: 7\n\n"
      "data\r\rdata: {\"a\":1}\r\n\r\n"
      "\n"
      "id: a\n\n"
      "data: unfinished\n";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const Split out = split(text.substr(0, at), text.substr(at));
    ASSERT_EQ(out.events.size(), 6U) << at;
    EXPECT_TRUE(out.events[0].comment_only);
    EXPECT_EQ(out.events[1].type, "ping");
    EXPECT_EQ(out.events[1].data, "one\ntwo");
    EXPECT_EQ(out.events[1].id, "7");
    EXPECT_EQ(out.events[2].raw, "data\r\r");
    EXPECT_EQ(out.events[2].data, "");
    EXPECT_FALSE(out.events[2].comment_only);
    EXPECT_EQ(out.events[3].data, "{\"a\":1}");
    EXPECT_EQ(out.events[3].raw, "data: {\"a\":1}\r\n\r\n");
    EXPECT_EQ(out.events[4].raw, "\n");
    EXPECT_TRUE(out.events[5].comment_only);
    EXPECT_EQ(out.rest, "data: unfinished\n");
    std::string all;
    for (const SseEvent& event : out.events)
      all += event.raw;
    EXPECT_EQ(all + out.rest, text) << at;
  }
}

TEST(Sse, BytewiseFeedingGivesTheSameEvents) {
  SseSplitter splitter(100);
  std::vector<std::string> data;
  for (const char c : std::string_view("\xEF\xBB\xBF"
                                       "data: a\r\n\r\ndata: b\r\ndata: c\r\n\r\n")) {
    ASSERT_TRUE(splitter.feed({&c, 1}));
    while (auto event = splitter.next())
      data.push_back(event->data);
  }
  EXPECT_EQ(data, (std::vector<std::string>{"a", "b\nc"}));
}

TEST(Sse, AnEventOverTheLimitIsTooLargeFinishedOrNot) {
  SseSplitter unfinished(20);
  EXPECT_TRUE(unfinished.feed("data: 12345678901234"));
  const auto fed = unfinished.feed("5");
  ASSERT_FALSE(fed);
  EXPECT_EQ(code_of(fed), Code::too_large);
  SseSplitter finished(20);
  EXPECT_FALSE(finished.feed("data: 1234567890123456\n\n"));
  EXPECT_FALSE(finished.next());
}

TEST(Sse, ManySmallEventsAreNoLargeOne) {
  SseSplitter splitter(20);
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "data: 1\n\n";
  EXPECT_TRUE(splitter.feed(text));
  int count = 0;
  while (splitter.next())
    ++count;
  EXPECT_EQ(count, 100);
}

TEST(Sse, WrittenEventsReadBackAndCannotBreakOut) {
  const std::string text =
      sse_event("message\ndata: forged", "a\r\nb\n\nevent: x") + sse_comment("still\nwaiting");
  const Split out = split(text, "");
  ASSERT_EQ(out.events.size(), 2U);
  EXPECT_EQ(out.events[0].type, "message");
  EXPECT_EQ(out.events[0].data, "a\nb\n\nevent: x");
  EXPECT_TRUE(out.events[1].comment_only);
  EXPECT_EQ(sse_event("", "x"), "data: x\n\n");
  EXPECT_EQ(sse_comment(""), ": \n\n");
}

TEST(Sse, DataAreReplacedAndNothingElse) {
  SseSplitter splitter(1000);
  ASSERT_TRUE(
      splitter.feed("\xEF\xBB\xBF"
                    "data: 1\r\nid: 7\r\n: why\r\nevent: message\r\nretry: 5\r\ndata\r\ndata: 2\r\n\r\n"));
  const auto event = splitter.next();
  ASSERT_TRUE(event);
  EXPECT_EQ(sse_with_data(*event, "a\nb"), "id: 7\n: why\nevent: message\nretry: 5\ndata: a\ndata: b\n\n");
}

}  // namespace
}  // namespace holdfast::net
