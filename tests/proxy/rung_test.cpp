// How a held call keeps its client (03-calls "Holding", rungs 3 to 5; RFC 7240).
#include "proxy/rung.hpp"

#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using std::chrono::seconds;
using test::kJson;

struct Held {
  Held(std::string line, std::vector<std::string> headers, std::string body)
      : asked(test::snapshot({test::shop(), test::payment()}), std::move(line), std::move(headers),
              std::move(body)) {
    EXPECT_EQ(asked.why(), "");
    exchange.head = asked.head;
    exchange.request.snapshot = asked.out.snapshot;
    exchange.request.upstream = asked.out.upstream;
    exchange.request.message = asked.out.message;
  }
  test::Asked asked;
  Exchange exchange;
};

Rung http(std::vector<std::string> headers) {
  headers.push_back(kJson);
  const Held held("POST /shop/x", std::move(headers), "{}");
  return choose_rung(held.exchange);
}

Rung mcp(const std::string& accept, const std::string& params = R"({"name":"send"})") {
  std::vector<std::string> headers{kJson, "Prefer: respond-async, wait=1"};
  if (!accept.empty()) headers.push_back("Accept: " + accept);
  const Held held("POST /mcp/payment", std::move(headers), test::rpc("tools/call", params));
  return choose_rung(held.exchange);
}

TEST(Rung, PlainHttpWaitsInSilenceForAsLongAsItIsToldTo) {
  const std::tuple<std::vector<std::string>, bool, int> rows[] = {
      {{}, false, 50},
      {{"Prefer: wait=10"}, false, 10},
      {{"prefer: WAIT=10"}, false, 10},
      {{"Prefer: wait=0"}, false, 0},
      {{"Prefer: wait=300"}, false, 300},
      {{"Prefer: wait=301"}, false, 300},
      {{"Prefer: wait=9223372036854775807"}, false, 300},
      {{"Prefer: respond-async"}, true, 50},
      {{"Prefer: Respond-Async, wait=20"}, true, 20},
      {{"Prefer: wait=20 ,\trespond-async"}, true, 20},
      {{"Prefer: return=minimal", "Prefer: respond-async"}, true, 50},
      {{"Prefer: respond-async; x=y, wait=5; z"}, true, 5},
      {{"Prefer: wait=5, wait=100"}, false, 5},
      {{"Prefer: wait=5", "Prefer: wait=100"}, false, 5},
      // What is not understood is ignored.
      {{"Prefer: wait=-1"}, false, 50},
      {{"Prefer: wait=+1"}, false, 50},
      {{"Prefer: wait=1s"}, false, 50},
      {{"Prefer: wait="}, false, 50},
      {{"Prefer: wait"}, false, 50},
      {{"Prefer: wait=1.5"}, false, 50},
      {{"Prefer: wait=99999999999999999999"}, false, 50},
      {{"Prefer: xrespond-async, respond-async-x, awaits=3"}, false, 50},
      {{"Prefer: ,,,"}, false, 50},
  };
  for (const auto& [headers, asynchronous, wait] : rows) {
    const std::string name = headers.empty() ? "nothing" : headers.front();
    const Rung rung = http(headers);
    EXPECT_EQ(rung.asynchronous, asynchronous) << name;
    EXPECT_EQ(rung.signs, Signs::none) << name;
    EXPECT_EQ(rung.wait, std::optional<std::chrono::milliseconds>(seconds(wait))) << name;
  }
}

TEST(Rung, AnMcpClientWithAProgressTokenIsShownProgressForAsLongAsTheHoldLasts) {
  const Rung rung =
      mcp("application/json, text/event-stream", R"({"name":"send","_meta":{"progressToken":0}})");
  EXPECT_EQ(rung.signs, Signs::progress);
  EXPECT_EQ(rung.wait, std::nullopt);
  EXPECT_FALSE(rung.asynchronous);
}

TEST(Rung, AnMcpClientWithoutAProgressTokenIsShownComments) {
  for (const std::string accept :
       {"application/json, text/event-stream", "Text/Event-Stream", "text/event-stream;q=0.5",
        "application/json;q=1,text/event-stream; charset=utf-8"}) {
    const Rung rung = mcp(accept);
    EXPECT_EQ(rung.signs, Signs::comments) << accept;
    EXPECT_EQ(rung.wait, std::optional<std::chrono::milliseconds>(seconds(50))) << accept;
    EXPECT_FALSE(rung.asynchronous) << accept;
  }
}

TEST(Rung, AnMcpClientThatTakesNoEventsIsHeldInSilence) {
  for (const std::string accept : {"", "application/json", "text/event-streams", "x;text/event-stream"}) {
    const Rung rung = mcp(accept, R"({"name":"send","_meta":{"progressToken":0}})");
    EXPECT_EQ(rung.signs, Signs::none) << accept;
    EXPECT_EQ(rung.wait, std::optional<std::chrono::milliseconds>(seconds(50))) << accept;
  }
}

}  // namespace
}  // namespace holdfast::proxy
