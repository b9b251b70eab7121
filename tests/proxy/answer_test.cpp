// The way back to the caller, over a real connection: framing in HTTP/1.0 and 1.1.
#include "proxy/answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/reply.hpp"
#include "tests/net/server_fixture.hpp"

namespace holdfast::proxy {
namespace {

using net::Framing;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AnswerTest : public test::ServerTest {
 protected:
  // Reads the request, gives the answer, closes, and returns what the client saw.
  template <class Give>
  std::string seen(const std::string& line, Give give, bool judged = false) {
    connect(net::ServerLimits{});
    client_.send(line + "\r\nHost: a\r\n\r\n");
    auto head = read_head();
    EXPECT_TRUE(head);
    if (!head) return "";
    exchange_ = std::make_unique<Exchange>();
    exchange_->client = server_.get();
    exchange_->worker = &worker_;
    exchange_->head = std::move(*head);
    exchange_->request.is_call = judged;
    exchange_->call_id = "call-1";
    answer_ = std::make_unique<Answer>(exchange_.get());
    thread_.run(give(answer_.get()));
    close();
    return client_.receive(1 << 16);
  }

  static net::task<void> say(Answer* answer, int status, std::vector<net::HeaderLine> headers,
                             Framing framing, std::vector<std::string> pieces) {
    std::uint64_t length = 0;
    for (const std::string& piece : pieces)
      length += piece.size();
    co_await answer->begin(status, std::move(headers), framing, length);
    for (const std::string& piece : pieces)
      co_await answer->piece(piece);
    co_await answer->end();
  }

  std::string relayed(const std::string& line, Framing framing, std::vector<std::string> pieces,
                      int status = 200) {
    return seen(line, [&](Answer* answer) { return say(answer, status, {{"X-A", "1"}}, framing, pieces); });
  }

  static net::task<void> events(Answer* answer) {
    co_await answer->begin_events({});
    co_await answer->event_bytes("data: 1\n\n");
    co_await answer->end_events();
  }

  Shared shared_{nullptr};
  Worker worker_{thread_.loop(), &shared_, nullptr};
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Answer> answer_;
};

const std::string kGet11 = "GET / HTTP/1.1";
const std::string kGet10 = "GET / HTTP/1.0";

TEST_F(AnswerTest, AKnownLengthIsSaidInEitherVersion) {
  EXPECT_EQ(relayed(kGet11, Framing::length, {"ab", "c"}),
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(relayed(kGet10, Framing::length, {"ab", "c"}),
            "HTTP/1.0 200 OK\r\nX-A: 1\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc");
}

TEST_F(AnswerTest, AnUnknownLengthIsChunkedOrEndsWithTheConnection) {
  for (const Framing framing : {Framing::chunked, Framing::until_close}) {
    EXPECT_EQ(
        relayed(kGet11, framing, {"ab", "", "c"}),
        "HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    EXPECT_TRUE(answer_->keep_alive());
    EXPECT_EQ(relayed(kGet10, framing, {"ab", "", "c"}),
              "HTTP/1.0 200 OK\r\nX-A: 1\r\nConnection: close\r\n\r\nabc");
    EXPECT_FALSE(answer_->keep_alive());
  }
}

TEST_F(AnswerTest, NoBodyIsSentWhereNoneMayBe) {
  EXPECT_EQ(relayed("HEAD / HTTP/1.1", Framing::length, {"abc"}),
            "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 3\r\n\r\n");
  EXPECT_THAT(relayed("HEAD / HTTP/1.1", Framing::chunked, {"abc"}), EndsWith("\r\n\r\n"));
  EXPECT_THAT(relayed("HEAD / HTTP/1.1", Framing::chunked, {"abc"}), Not(HasSubstr("abc")));
  EXPECT_EQ(relayed(kGet11, Framing::none, {}, 204), "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n");
  EXPECT_THAT(relayed(kGet11, Framing::none, {}, 304), EndsWith("X-A: 1\r\n\r\n"));
  EXPECT_THAT(relayed(kGet11, Framing::none, {}, 200), HasSubstr("Content-Length: 0\r\n"));
}

TEST_F(AnswerTest, EventsAreChunkedOrEndWithTheConnection) {
  const std::string modern = seen(kGet11, [](Answer* answer) { return events(answer); });
  EXPECT_THAT(modern, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(modern, EndsWith("Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n"));
  EXPECT_EQ(answer_->event_probe(), "3\r\n:\n\n\r\n");
  const std::string old = seen(kGet10, [](Answer* answer) { return events(answer); });
  EXPECT_THAT(old, Not(HasSubstr("chunked")));
  EXPECT_THAT(old, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(old, EndsWith("\r\n\r\ndata: 1\n\n"));
  EXPECT_EQ(answer_->event_probe(), ":\n\n");
}

TEST_F(AnswerTest, AJudgedCallIsNamedAndItsReceiptOnceThereIsOne) {
  const auto give = [](Answer* answer) { return answer->respond(200, {}, "x"); };
  const std::string judged = seen(kGet11, give, true);
  EXPECT_THAT(judged, HasSubstr("Holdfast-Decision: deny\r\nHoldfast-Call: call-1\r\n"));
  EXPECT_THAT(judged, Not(HasSubstr("Holdfast-Receipt")));
  EXPECT_THAT(seen(kGet11, give, false), Not(HasSubstr("Holdfast-")));
}

TEST_F(AnswerTest, ASilentClientIsProbedOnlyWhereItMayBe) {
  const auto give = [](Answer* answer) { return answer->respond(200, {}, "x"); };
  seen(kGet11, give);
  EXPECT_EQ(Answer(exchange_.get()).probe(), "HTTP/1.1 102 Processing\r\n\r\n");
  EXPECT_EQ(answer_->probe(), "") << "the answer has begun";
  seen(kGet10, give);
  EXPECT_EQ(Answer(exchange_.get()).probe(), "") << "HTTP/1.0 knows no 1xx";
}

TEST_F(AnswerTest, WhatIsKeptIsWhatWasSentUnlessItIsTooLarge) {
  const auto keeping = [](std::size_t max) {
    return [max](Answer* answer) {
      answer->keep(max);
      return say(answer, 201, {{"X-A", "1"}}, Framing::chunked, {"ab", "c"});
    };
  };
  seen(kGet11, keeping(3));
  auto kept = answer_->kept();
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->complete);
  EXPECT_EQ(kept->status, 201);
  EXPECT_EQ(kept->body, "abc");
  seen(kGet11, keeping(2));
  kept = answer_->kept();
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->complete);
  EXPECT_EQ(kept->body, "");
}

TEST_F(AnswerTest, WithoutAClientNothingIsWrittenAndTheAnswerIsKeptAllTheSame) {
  Exchange nobody;
  Answer answer(&nobody);
  answer.keep(100);
  thread_.run(say(&answer, 200, {}, Framing::length, {"abc"}));
  EXPECT_TRUE(answer.client_lost());
  ASSERT_TRUE(answer.kept());
  EXPECT_EQ(answer.kept()->body, "abc");
}

TEST_F(AnswerTest, ABrokenResponseIsNeitherCompletedNorKept) {
  const auto broken = [](Answer* answer) -> net::task<void> {
    answer->keep(100);
    co_await answer->begin(200, {}, Framing::chunked, 0);
    co_await answer->piece("ab");
    answer->abandon();
  };
  EXPECT_THAT(seen(kGet11, broken), EndsWith("\r\n2\r\nab\r\n"));
  EXPECT_FALSE(answer_->kept());
  EXPECT_FALSE(answer_->keep_alive());
}

// After an orderly end it would look whole to a client that knows a body's end by the connection's.
TEST_F(AnswerTest, ABrokenResponseThatEndsWithTheConnectionIsReset) {
  const auto broken = [](Answer* answer) -> net::task<void> {
    co_await answer->begin(200, {}, Framing::chunked, 0);
    co_await answer->piece("ab");
    answer->abandon();
  };
  EXPECT_THAT(seen(kGet11, broken), EndsWith("2\r\nab\r\n"));
  EXPECT_FALSE(client_.was_reset());
  EXPECT_THAT(seen(kGet10, broken), EndsWith("ab"));
  EXPECT_TRUE(client_.was_reset());
}

TEST_F(AnswerTest, ARefusalIsAProblemDocumentThatSaysWhenToComeBack) {
  const auto refused = [&](Refusal refusal) {
    return seen(kGet11, [&](Answer* answer) { return refuse(exchange_.get(), answer, refusal); }, true);
  };
  const std::string pending = refused({Ending::approval_pending, "Wait.", "hold-1", "h4ndle"});
  EXPECT_THAT(pending, StartsWith("HTTP/1.1 202 Accepted\r\nContent-Type: application/problem+json\r\n"));
  EXPECT_THAT(pending, HasSubstr("\r\nLocation: /.well-known/holdfast/calls/h4ndle\r\n"));
  EXPECT_THAT(pending, HasSubstr("\r\nRetry-After: "));
  for (const Ending later :
       {Ending::limited, Ending::too_many_pending, Ending::halted, Ending::unavailable, Ending::draining})
    EXPECT_THAT(refused({later, "Later."}), HasSubstr("\r\nRetry-After: ")) << to_string(later);
  const std::string denied = refused({Ending::policy_denied, "No."});
  EXPECT_THAT(denied, StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(denied, Not(HasSubstr("Retry-After")));
  EXPECT_THAT(denied, Not(HasSubstr("Connection: close")));
  EXPECT_THAT(refused({Ending::unauthenticated, "Who?"}), HasSubstr("\r\nWWW-Authenticate: "));
}

}  // namespace
}  // namespace holdfast::proxy
