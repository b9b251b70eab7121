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

}  // namespace
}  // namespace holdfast::net
