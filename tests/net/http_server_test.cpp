#include "net/http_server.hpp"

#include <gmock/gmock.h>

#include "tests/net/code_of.hpp"
#include "tests/net/server_fixture.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using namespace std::chrono_literals;
using testing::HasSubstr;

class Server : public test::ServerTest {
 protected:
  // The code of what comes out of read_head() for these bytes and then our end.
  Code refusal(const ServerLimits& limits, std::string_view bytes) {
    connect(limits);
    client_.send(bytes);
    client_.half_close();
    const auto head = read_head();
    EXPECT_FALSE(head) << bytes;
    return head ? Code::internal : head.error().code;
  }
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(std::string_view lines, std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

TEST_F(Server, PipelinedRequestsComeOutOneByOne) {
  client_.send("\r\n" + post("Content-Length: 5\r\n", "first") +
               post("Transfer-Encoding: chunked\r\n", "3\r\nsec\r\n3;x\r\nond\r\n0\r\nT: x\r\n\r\n") + kGet);
  EXPECT_EQ(read_head().value().content_length, 5U);
  EXPECT_FALSE(server_->body_finished());
  EXPECT_EQ(read_body(100).value(), "first");
  EXPECT_TRUE(server_->body_finished());
  EXPECT_EQ(read_body(100).value(), "first") << "the body stays until the next head";
  EXPECT_EQ(read_head().value().framing, Framing::chunked);
  EXPECT_EQ(read_pieces().value(), "second");
  EXPECT_EQ(read_head().value().method, "GET");
  EXPECT_TRUE(server_->body_finished());
  EXPECT_EQ(read_body(0).value(), "");
  client_.half_close();
  EXPECT_EQ(code_of(read_head()), Code::closed);
}

TEST_F(Server, HeadStaysValidWhileItsBodyIsRead) {
  const std::string body(300'000, 'b');
  auto head_and_body = [](HttpServer* server) -> task<Result<std::string>> {
    auto head = co_await server->read_head();
    if (!head) co_return fail(head.error());
    std::size_t total = 0;
    while (true) {
      const auto piece = co_await server->read_body_some();
      if (!piece) co_return fail(piece.error());
      if (piece->empty()) break;
      total += piece->size();
    }
    co_return std::string(head->target) + " " + std::string(head->headers[1].value) + " " +
        std::to_string(total);
  };
  auto reading = thread_.start(head_and_body(server_.get()));
  // A head of nearly the limit, in two parts.
  const std::string text = "POST /x HTTP/1.1\r\nHost: a\r\nLong: " + std::string(30'000, 'h') +
                           "\r\nContent-Length: 300000\r\n\r\n" + body;
  client_.send(text.substr(0, 20'000));
  client_.send(text.substr(20'000));
  EXPECT_EQ(reading.get().value(), "/x " + std::string(30'000, 'h') + " 300000");
  client_.send(kGet);
  EXPECT_EQ(read_head().value().target, "/");
}

TEST_F(Server, HeadsAreReadInPiecesOfOneByte) {
  auto reading = thread_.start(server_->read_head());
  for (const char c : post("Content-Length: 2\r\n", ""))
    client_.send({&c, 1});
  EXPECT_EQ(reading.get().value().target, "/x");
  client_.send("ok");
  EXPECT_EQ(read_body(2).value(), "ok");
}

TEST_F(Server, WholeBodiesOfEverySizeAndFramingArrive) {
  for (const std::size_t size : {1UL, 15'000UL, 16'384UL, 70'000UL, 1'000'000UL}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 7)
      body[i] = static_cast<char>('a' + i % 26);
    auto sent = std::async(std::launch::async, [&] {
      client_.send(post("Content-Length: " + std::to_string(size) + "\r\n", body));
      std::string chunked;
      for (std::size_t at = 0; at < size; at += 5000) {
        const std::string part = body.substr(at, 5000);
        std::array<char, 32> line{};
        std::snprintf(line.data(), line.size(), "%zx\r\n", part.size());
        chunked += line.data() + part + "\r\n";
      }
      client_.send(post("Transfer-Encoding: chunked\r\n", chunked + "0\r\n\r\n"));
    });
    ASSERT_TRUE(read_head());
    EXPECT_EQ(read_body(size).value(), body);
    ASSERT_TRUE(read_head());
    EXPECT_EQ(read_body(size).value(), body);
    sent.get();
  }
}

TEST_F(Server, BodyOverTheMaximumIsTooLargeBeforeItIsReadIfAnnounced) {
  client_.send(post("Content-Length: 101\r\nExpect: 100-continue\r\n", ""));
  ASSERT_TRUE(read_head());
  EXPECT_EQ(code_of(read_body(100)), Code::too_large);
  EXPECT_FALSE(read_head()) << "the rest of that body would be read as a request";
  ASSERT_TRUE(write("HTTP/1.1 413 x\r\n\r\n"));
  EXPECT_EQ(client_.receive(5), "HTTP/");
  EXPECT_EQ(client_.receive(8), "1.1 413 ") << "no 100 Continue came before it";

  connect({});
  client_.send(post("Transfer-Encoding: chunked\r\n",
                    "40\r\n" + std::string(64, 'x') + "\r\n25\r\n" + std::string(37, 'x') + "\r\n0\r\n\r\n"));
  ASSERT_TRUE(read_head());
  EXPECT_EQ(code_of(read_body(100)), Code::too_large);
}

TEST_F(Server, ContinueIsSentOnlyWhenTheBodyIsWantedAndHasNotCome) {
  client_.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n", ""));
  EXPECT_TRUE(read_head().value().expects_continue);
  auto body = thread_.start(whole(server_.get(), 10));
  EXPECT_EQ(client_.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client_.send("ok");
  EXPECT_EQ(body.get().value(), "ok");
  client_.send(post("Content-Length: 2\r\nExpect: 100-continue\r\n", "ok"));
  ASSERT_TRUE(read_head());
  EXPECT_EQ(read_pieces().value(), "ok");
  ASSERT_TRUE(write("X"));
  EXPECT_EQ(client_.receive(1), "X");
}

TEST_F(Server, BrokenChunksAreMalformedAndNothingAfterThemIsRead) {
  for (const bool some : {false, true}) {
    connect({});
    client_.send(post("Transfer-Encoding: chunked\r\n", "3\r\nabcX\r\n0\r\n\r\n" + kGet));
    ASSERT_TRUE(read_head());
    EXPECT_EQ(code_of((some ? read_pieces() : read_body(100))), Code::malformed);
    EXPECT_FALSE(server_->body_finished());
    EXPECT_FALSE(read_head());
  }
}

TEST_F(Server, BodyCutShortIsClosed) {
  const std::pair<const char*, const char*> kCut[] = {
      {"Content-Length: 10\r\n", "12345"},
      {"Content-Length: 100000\r\n", "12345"},
      {"Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n"}};
  for (const auto& [line, body] : kCut) {
    connect({});
    client_.send(post(line, body));
    client_.half_close();
    ASSERT_TRUE(read_head());
    EXPECT_EQ(code_of(read_body(1 << 20)), Code::closed) << line;
  }
}

TEST_F(Server, AnUnreadBodyIsNeverTakenForARequest) {
  client_.send(post("Content-Length: " + std::to_string(kGet.size()) + "\r\n", kGet));
  ASSERT_TRUE(read_head());
  EXPECT_EQ(code_of(read_head()), Code::internal);
}

TEST_F(Server, HeadsThatCannotBeReadAreNamed) {
  ServerLimits small;
  small.headers = 3;
  small.header_bytes = 1000;
  EXPECT_EQ(refusal(small, ""), Code::closed);
  EXPECT_EQ(refusal(small, "\r\n"), Code::malformed);
  EXPECT_EQ(refusal(small, "GET / HTTP/1.1\r\nHo"), Code::malformed);
  EXPECT_EQ(refusal(small, "\r\n\r\n" + kGet), Code::malformed);
  EXPECT_EQ(refusal(small, "\n" + kGet), Code::malformed);
  EXPECT_EQ(refusal(small, "GET / HTTP/1.1\n"), Code::malformed);
  EXPECT_EQ(refusal(small, "\x16\x03\x01\x02"), Code::malformed);
  EXPECT_EQ(refusal(small, "GET / HTTP/1.1\r\nHost: a\r\n1: \r\n2: \r\n3: \r\n\r\n"), Code::too_large);
  EXPECT_EQ(refusal(small, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1000, 'x') + "\r\n\r\n"),
            Code::too_large);
  EXPECT_EQ(refusal(small, "GET /" + std::string(5000, 'x')), Code::too_large);
  EXPECT_EQ(refusal(small, post("Transfer-Encoding: gzip\r\n", "")), Code::unsupported);
}

TEST_F(Server, HeadOfExactlyTheLimitIsTaken) {
  ServerLimits small;
  small.header_bytes = 1000;
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  text += std::string(1000 - text.size() - 4, 'x') + "\r\n\r\n";
  connect(small);
  client_.send("\r\n" + text);
  EXPECT_TRUE(read_head());
  text.insert(text.size() - 4, "x");
  EXPECT_EQ(refusal(small, text), Code::too_large);
}

TEST_F(Server, SlowHeadsAndBodiesRunIntoTheirDeadlines) {
  ServerLimits quick;
  quick.idle = 50ms;
  quick.header_time = 150ms;
  quick.body_idle = 50ms;
  connect(quick);
  EXPECT_EQ(code_of(read_head()), Code::closed) << "idle: nobody to answer";

  // A byte now and then does not help.
  quick.idle = 1h;
  connect(quick);
  auto slow = thread_.start(server_->read_head());
  for (int i = 0; i < 100 && slow.wait_for(20ms) != std::future_status::ready; ++i)
    client_.send("G");
  client_.half_close();
  EXPECT_EQ(code_of(slow.get()), Code::timeout);
  ASSERT_TRUE(write("HTTP/1.1 408 x\r\n\r\n")) << "a slow client is answered";

  for (const bool some : {false, true}) {
    connect(quick);
    client_.send(post("Content-Length: 10\r\n", "123"));
    ASSERT_TRUE(read_head());
    EXPECT_EQ(code_of((some ? read_pieces() : read_body(10))), Code::timeout);
  }
  quick.body_idle = 300ms;
  connect(quick);
  client_.send(post("Content-Length: 100\r\n", ""));
  ASSERT_TRUE(read_head());
  auto body = thread_.start(whole(server_.get(), 100));
  while (body.wait_for(20ms) != std::future_status::ready)
    client_.send("x");
  EXPECT_EQ(code_of(body.get()), Code::timeout) << "a drop now and then is no progress";
}

TEST_F(Server, WritesWaitForASlowReaderAndGiveUpOnOneThatStopped) {
  const std::string large(8 << 20, 'x');
  auto writing = thread_.start(write_one(server_.get(), large));
  EXPECT_EQ(client_.receive(large.size()), large);
  EXPECT_TRUE(writing.get());
  EXPECT_TRUE(server_->client_present());

  ServerLimits quick;
  quick.write_idle = 50ms;
  connect(quick);
  const auto written = write(std::string(32 << 20, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(code_of(written), Code::timeout);
  EXPECT_FALSE(server_->client_present());
  close();
  EXPECT_LT(client_.receive(32 << 20).size(), 32U << 20);
  EXPECT_TRUE(client_.was_reset()) << "what was not taken is not kept for it";
}

TEST_F(Server, WriteToAResetConnectionIsClosed) {
  client_.reset();
  EXPECT_EQ(code_of(read_head()), Code::closed);
  const auto written = write("HTTP/1.1 200 OK\r\n\r\n");
  ASSERT_FALSE(written);
  EXPECT_EQ(code_of(written), Code::closed);
  EXPECT_FALSE(server_->client_present());
}

TEST_F(Server, LastAnswerArrivesThoughTheClientStillSends) {
  client_.send(post("Content-Length: 1000000\r\n", std::string(100'000, 'x')));
  ASSERT_TRUE(read_head());
  ASSERT_TRUE(write("HTTP/1.1 413 Content Too Large\r\n\r\n"));
  close();
  close();
  EXPECT_TRUE(client_.send(std::string(100'000, 'x')));
  const std::string_view answer = "HTTP/1.1 413 Content Too Large\r\n\r\n";
  EXPECT_EQ(client_.receive(answer.size()), answer);
  EXPECT_TRUE(client_.ended_cleanly()) << "a reset can take the answer away before it is read";
  EXPECT_FALSE(write("more"));
}

TEST_F(Server, ClosingEndsAReadThatWaits) {
  auto reading = thread_.start(server_->read_head());
  close();
  EXPECT_EQ(code_of(reading.get()), Code::closed);
}

TEST_F(Server, PeerIsAddressAndPort) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  ::getsockname(client_.fd(), reinterpret_cast<sockaddr*>(&name), &size);
  EXPECT_EQ(server_->peer(), "127.0.0.1:" + std::to_string(ntohs(name.sin_port)));
}

}  // namespace
}  // namespace holdfast::net
