#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "tests/net/client_fixture.hpp"
#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;
using test::code_of;
using testing::HasSubstr;

class Client : public ClientTest {};

TEST_F(Client, ReadsEveryFraming) {
  const std::tuple<const char*, std::string, std::string, int, std::string> kGood[] = {
      {"length", "GET", kOk, 200, "ok"},
      {"chunked", "GET",
       "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n0\r\nT: x\r\n\r\n",
       201, "ok"},
      {"until close", "GET", "HTTP/1.1 200 OK\r\n\r\nok", 200, "ok"},
      {"until close, empty", "GET", "HTTP/1.0 200 OK\r\n\r\n", 200, ""},
      {"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 200, ""},
      {"204", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", 304, ""},
      {"empty", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""},
      {"interim", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kOk,
       200, "ok"},
  };
  for (const auto& [name, method, bytes, status, body] : kGood) {
    const auto answer = answered(bytes, method);
    ASSERT_TRUE(answer) << name << ": " << answer.error().detail;
    EXPECT_EQ(answer->status, status) << name;
    EXPECT_EQ(answer->body, body) << name;
  }
}

TEST_F(Client, EightInterimResponsesPassAndNineDoNot) {
  std::string interim;
  for (int i = 0; i < 8; ++i)
    interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_TRUE(answered(interim + kOk));
  EXPECT_EQ(code_of(answered("HTTP/1.1 102 Processing\r\n\r\n" + interim + kOk)), Code::malformed);
}

TEST_F(Client, RefusesWhatAnUpstreamMayNotSay) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::tuple<const char*, std::string, std::string, Code> kBad[] = {
      {"smuggled second response", "GET", kOk + kOk, Code::malformed},
      {"one byte too many", "GET", kOk + "x", Code::malformed},
      {"bytes after the last chunk", "GET",
       head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n", Code::malformed},
      {"body on HEAD", "HEAD", kOk, Code::malformed},
      {"body on 204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", Code::malformed},
      {"bytes after an empty body", "GET", head + "Content-Length: 0\r\n\r\nHTTP", Code::malformed},
      {"101", "GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
       Code::malformed},
      {"coding and length", "GET", head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       Code::malformed},
      {"repeated length", "GET", head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", Code::malformed},
      {"other coding", "GET", head + "Transfer-Encoding: gzip\r\n\r\n", Code::malformed},
      {"bare LF", "GET", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", Code::malformed},
      {"leading empty line", "GET", "\r\n" + kOk, Code::malformed},
      {"not HTTP", "GET", "SSH-2.0-x\r\n\r\n", Code::malformed},
      {"bad chunk", "GET", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", Code::malformed},
      {"head over 64 KiB", "GET", head + "X: " + std::string(65536, 'x') + "\r\n\r\n", Code::malformed},
      {"truncated length", "GET", head + "Content-Length: 3\r\n\r\nok", Code::closed},
      {"truncated chunk", "GET", head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", Code::closed},
      {"no last chunk", "GET", head + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", Code::closed},
      {"no end of trailers", "GET", head + "Transfer-Encoding: chunked\r\n\r\n0\r\n", Code::closed},
      {"truncated head", "GET", head, Code::closed},
      {"only an interim response", "GET", "HTTP/1.1 100 Continue\r\n\r\n", Code::closed},
      {"nothing", "GET", "", Code::closed},
  };
  for (const auto& [name, method, bytes, code] : kBad) {
    const auto answer = answered(bytes, method);
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(code_of(answer), code) << name << ": " << answer.error().detail;
  }
}

TEST_F(Client, AcceptedTellsWhetherAnyByteLeft) {
  auto client = thread_.run(pool_->dial(endpoint_)).value();
  test::RawSocket peer = upstream_.accept();
  EXPECT_FALSE(client->accepted());
  peer.reset();
  auto write_until_refused = [](HttpClient* c) -> task<Result<void>> {
    const std::array<std::string_view, 1> pieces{kRequest};
    co_return co_await c->write(pieces);
  };
  const auto refused = thread_.run(write_until_refused(client.get()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(code_of(refused), Code::closed);
  EXPECT_FALSE(client->accepted()) << "the reset came first: the request may be sent elsewhere";
  thread_.on_loop([&] { client.reset(); });

  auto other = thread_.run(pool_->dial(endpoint_)).value();
  const test::RawSocket other_peer = upstream_.accept();
  EXPECT_TRUE(thread_.run(write_until_refused(other.get())));
  EXPECT_TRUE(other->accepted());
  thread_.on_loop([&] { other.reset(); });
}

// It answers nothing of ours, and whoever takes it for an answer is one behind for ever.
TEST_F(Client, AnUpstreamThatSpeaksBeforeItIsAskedIsSentNothing) {
  auto client = thread_.run(pool_->dial(endpoint_)).value();
  const test::RawSocket peer = upstream_.accept();
  peer.send(kOk);
  const auto answer = thread_.run(exchange(client.get(), "GET"));
  EXPECT_EQ(code_of(answer), Code::closed);
  EXPECT_FALSE(client->accepted());
  thread_.on_loop([&] { client.reset(); });
  EXPECT_EQ(peer.receive(1), "");
}

TEST_F(Client, LargeRequestsAreWrittenToASlowUpstream) {
  auto client = thread_.run(pool_->dial(endpoint_)).value();
  const test::RawSocket peer = upstream_.accept();
  const std::string large(8 << 20, 'x');
  auto write = [](HttpClient* c, const std::string* text) -> task<Result<void>> {
    const std::array<std::string_view, 2> pieces{kRequest, *text};
    co_return co_await c->write(pieces);
  };
  auto writing = thread_.start(write(client.get(), &large));
  EXPECT_EQ(peer.receive(kRequest.size() + large.size()), kRequest + large);
  EXPECT_TRUE(writing.get());
  thread_.on_loop([&] { client.reset(); });
}

TEST_F(Client, AnswerOfAnUpstreamThatStoppedReadingIsStillRead) {
  auto refused_body = [](ClientPool* pool, Endpoint endpoint) -> task<Result<Answer>> {
    auto client = co_await pool->dial(std::move(endpoint));
    if (!client) co_return fail(client.error());
    const std::string large(32 << 20, 'x');
    const std::array<std::string_view, 2> pieces{kRequest, large};
    const auto written = co_await (*client)->write(pieces);
    if (written) co_return fail(Code::internal, "all of it was taken");
    if (written.error().code != Code::closed || !(*client)->accepted())
      co_return fail(Code::internal, "not closed");
    const auto head = co_await (*client)->read_head("POST");
    if (!head) co_return fail(head.error());
    const auto body = co_await (*client)->read_body_some();
    if (!body) co_return fail(body.error());
    co_return Answer{head->status, std::string(*body), false};
  };
  auto calling = thread_.start(refused_body(pool_.get(), endpoint_));
  test::RawSocket peer = upstream_.accept();
  EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
  peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
  peer.close();
  const auto answer = calling.get();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->body, "no");
}

TEST_F(Client, SilenceIsATimeoutAndCancelIsNamed) {
  endpoint_.read = 50ms;
  auto silent = start();
  const test::RawSocket peer = upstream_.accept();
  EXPECT_EQ(code_of(silent.get()), Code::timeout);

  endpoint_.read = 1h;
  auto client = thread_.run(pool_->dial(endpoint_)).value();
  const test::RawSocket other = upstream_.accept();
  auto reading = thread_.start(client->read_head("GET"));
  thread_.on_loop([&] { client->cancel(); });
  EXPECT_EQ(code_of(reading.get()), Code::cancelled);
  EXPECT_EQ(code_of(thread_.run(client->read_head("GET"))), Code::cancelled);
  thread_.on_loop([&] { client.reset(); });
}

TEST_F(Client, ReadTimeoutCanBeChangedForAStream) {
  endpoint_.read = 50ms;
  auto client = thread_.run(pool_->dial(endpoint_)).value();
  test::RawSocket peer = upstream_.accept();
  thread_.on_loop([&] { client->set_read_timeout(0ms); });
  auto reading = thread_.start(client->read_head("GET"));
  EXPECT_EQ(reading.wait_for(250ms), std::future_status::timeout) << "longer than the limit and a sweep";
  peer.reset();
  EXPECT_EQ(code_of(reading.get()), Code::closed);
  thread_.on_loop([&] { client.reset(); });
}

TEST_F(Client, UnreachableUpstreamsAreNamed) {
  endpoint_.port = [] { return test::RawListener().port(); }();
  const auto refused = thread_.run(pool_->connect(endpoint_));
  ASSERT_FALSE(refused);
  EXPECT_EQ(code_of(refused), Code::unavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("127.0.0.1 port " + endpoint_.port));
  endpoint_.host = "no-such-host.invalid";
  const auto unknown = thread_.run(pool_->connect(endpoint_));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(code_of(unknown), Code::unavailable);
  EXPECT_THAT(unknown.error().detail, HasSubstr("no-such-host.invalid cannot be resolved"));
  endpoint_.host = "127.0.0.1";
  endpoint_.port = "http";
  EXPECT_EQ(code_of(thread_.run(pool_->connect(endpoint_))), Code::unavailable);
}

TEST_F(Client, NamesAreResolved) {
  endpoint_.host = "localhost";
  auto calling = start();
  const test::RawSocket peer = asked();
  peer.send(kOk);
  EXPECT_EQ(calling.get().value().body, "ok");
}

TEST_F(Client, AnUpstreamThatDoesNotAnswerTheDialTimesOut) {
  // With its queue full, a listener drops what comes.
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(fd, 0), 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const test::RawSocket filler = test::connect_to(ntohs(address.sin_port));
  endpoint_.port = std::to_string(ntohs(address.sin_port));
  endpoint_.connect = 50ms;
  const auto late = thread_.run(pool_->connect(endpoint_));
  ASSERT_FALSE(late);
  EXPECT_EQ(code_of(late), Code::timeout);
  ::close(fd);
}

}  // namespace
}  // namespace holdfast::net
