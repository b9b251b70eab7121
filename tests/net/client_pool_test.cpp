#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "tests/net/client_fixture.hpp"
#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

class Pool : public ClientTest {};

TEST_F(Pool, CompletedConnectionIsUsedAgain) {
  auto first = start();
  const test::RawSocket peer = upstream_.accept();
  EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
  peer.send(kOk);
  EXPECT_FALSE(first.get().value().reused);
  auto second = start();
  EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
  peer.send(kOk);
  EXPECT_TRUE(second.get().value().reused);
}

TEST_F(Pool, DialNeverUsesAnIdleConnection) {
  auto first = start();
  const test::RawSocket peer = asked();
  peer.send(kOk);
  ASSERT_TRUE(first.get());
  auto dialled = thread_.run(pool_->dial(endpoint_));
  ASSERT_TRUE(dialled);
  EXPECT_FALSE((*dialled)->reused());
  thread_.on_loop([&] { dialled->reset(); });
}

TEST_F(Pool, ConnectionsThatMayNotBeUsedAgainAreNot) {
  const std::pair<const char*, std::string> kAnswers[] = {
      {"Connection: close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
  };
  for (const auto& [name, bytes] : kAnswers) {
    auto first = start();
    const test::RawSocket peer = asked();
    peer.send(bytes);
    ASSERT_TRUE(first.get()) << name;
    auto second = start();
    const test::RawSocket other = asked();
    other.send(bytes);
    EXPECT_FALSE(second.get().value().reused) << name;
  }
}

// Whatever an idle connection says: its end, a reset, or an answer nobody asked for.
TEST_F(Pool, IdleConnectionThatSpeaksIsDropped) {
  for (const int what : {0, 1, 2}) {
    auto first = start();
    test::RawSocket peer = asked();
    peer.send(kOk);
    ASSERT_TRUE(first.get());
    if (what == 0) peer.half_close();
    if (what == 1) peer.reset();
    if (what == 2) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
    auto second = start();
    const test::RawSocket other = asked();
    other.send(kOk);
    const auto answer = second.get();
    ASSERT_TRUE(answer) << what;
    EXPECT_FALSE(answer->reused) << what;
    EXPECT_EQ(answer->body, "ok") << what;
    // That one is idle now; the next round must not find it.
    thread_.on_loop([this] { pool_ = std::make_unique<ClientPool>(thread_.loop()); });
  }
}

TEST_F(Pool, ConnectionNotReadToItsEndIsNotKept) {
  auto half_read = [](ClientPool* pool, Endpoint endpoint) -> task<Result<int>> {
    auto client = co_await pool->connect(std::move(endpoint));
    if (!client) co_return fail(client.error());
    const std::array<std::string_view, 1> pieces{kRequest};
    (void)co_await (*client)->write(pieces);
    const auto head = co_await (*client)->read_head("GET");
    if (!head) co_return fail(head.error());
    const int status = head->status;
    pool->give_back(std::move(*client));
    co_return status;
  };
  auto first = thread_.start(half_read(pool_.get(), endpoint_));
  const test::RawSocket peer = asked();
  peer.send(kOk);
  ASSERT_EQ(first.get().value(), 200);
  auto second = start();
  const test::RawSocket other = asked();
  other.send(kOk);
  EXPECT_FALSE(second.get().value().reused);
}

}  // namespace
}  // namespace holdfast::net
