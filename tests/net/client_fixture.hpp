// An upstream played by a raw listener, and a pool that calls it.
#pragma once

#include <array>

#include "net/http_client.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::net {

inline const std::string kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Answer {
  int status = 0;
  std::string body;
  bool reused = false;
};

inline task<Result<Answer>> exchange(HttpClient* client, std::string method) {
  const std::array<std::string_view, 1> pieces{kRequest};
  if (auto written = co_await client->write(pieces); !written) co_return fail(written.error());
  const auto head = co_await client->read_head(std::move(method));
  if (!head) co_return fail(head.error());
  Answer answer{head->status, "", client->reused()};
  while (true) {
    const auto piece = co_await client->read_body_some();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return answer;
    answer.body += *piece;
  }
}

inline task<Result<Answer>> call(ClientPool* pool, Endpoint endpoint, std::string method, bool give_back) {
  auto client = co_await pool->connect(std::move(endpoint));
  if (!client) co_return fail(client.error());
  auto answer = co_await exchange(client->get(), std::move(method));
  if (give_back) pool->give_back(std::move(*client));
  co_return answer;
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    endpoint_.host = "127.0.0.1";
    endpoint_.port = upstream_.port();
    thread_.on_loop([this] { pool_ = std::make_unique<ClientPool>(thread_.loop()); });
  }
  ~ClientTest() override {
    thread_.on_loop([this] { pool_.reset(); });
  }

  std::future<Result<Answer>> start(std::string method = "GET") {
    return thread_.start(call(pool_.get(), endpoint_, std::move(method), true));
  }
  // The next connection to the upstream, its request read.
  test::RawSocket asked() {
    test::RawSocket peer = upstream_.accept();
    EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
    return peer;
  }
  // One call on a new connection to an upstream that answers these bytes and closes.
  Result<Answer> answered(const std::string& bytes, std::string method = "GET") {
    auto calling = thread_.start(call(pool_.get(), endpoint_, std::move(method), false));
    const test::RawSocket peer = asked();
    peer.send(bytes);
    peer.half_close();
    return calling.get();
  }

  test::LoopThread thread_;
  test::RawListener upstream_;
  Endpoint endpoint_;
  std::unique_ptr<ClientPool> pool_;
};

}  // namespace holdfast::net
