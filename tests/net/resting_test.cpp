// Connections between requests, which keep no buffer.
#include "net/http_server.hpp"
#include "tests/net/code_of.hpp"
#include "tests/net/server_fixture.hpp"

namespace holdfast::net {
namespace {

using test::code_of;
using namespace std::chrono_literals;

class RestingServer : public test::ServerTest {};

constexpr std::string_view kPost = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

TEST_F(RestingServer, AConnectionThatRestsIsReadWhenItSpeaksAndEndsWhenItsIdleTimeIsOver) {
  ServerLimits quick;
  quick.rest_after = 50ms;
  connect(quick);
  client_.send(kPost);
  ASSERT_TRUE(read_head());
  ASSERT_TRUE(read_body(3));
  // Swept by the same timer and due later, so it speaks when it rests.
  net::Deadline speak([this] { client_.send(kPost); });
  thread_.on_loop([&] { thread_.loop()->deadlines().arm(speak, 250ms); });
  EXPECT_TRUE(read_head());

  quick.idle = 150ms;
  connect(quick);
  client_.send(kPost);
  ASSERT_TRUE(read_head());
  ASSERT_TRUE(read_body(3));
  EXPECT_EQ(code_of(read_head()), Code::closed);
}

TEST_F(RestingServer, AConnectionThatRestsIsEndedByItsServerAndByItsClient) {
  for (const bool by_client : {false, true}) {
    connect(ServerLimits{});
    auto resting = thread_.start(server_->read_head());
    if (by_client) {
      client_.reset();
    } else {
      close();
    }
    EXPECT_EQ(code_of(resting.get()), Code::closed);
  }
}

TEST_F(RestingServer, AfterARequestIsForgottenTheNextOneIsReadWhereverItStands) {
  for (const bool pipelined : {true, false}) {
    connect(ServerLimits{});
    client_.send(kPost);
    if (pipelined) client_.send("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(read_head());
    ASSERT_TRUE(read_body(3));
    thread_.on_loop([&] { server_->forget_message(); });
    EXPECT_TRUE(server_->body_finished());
    if (!pipelined) client_.send("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = read_head();
    ASSERT_TRUE(head);
    EXPECT_EQ(head->target, "/y");
  }
}

TEST_F(RestingServer, ARequestThatWasNotReadToItsEndIsNotForgotten) {
  connect(ServerLimits{});
  client_.send(kPost);
  ASSERT_TRUE(read_head());
  thread_.on_loop([&] { server_->forget_message(); });
  EXPECT_EQ(read_body(3).value(), "abc");
}

}  // namespace
}  // namespace holdfast::net
