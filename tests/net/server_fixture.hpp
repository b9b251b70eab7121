// One HttpServer on a loop, and the raw client end of its connection.
#pragma once

#include <array>

#include "net/http_server.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::test {

class ServerTest : public testing::Test {
 protected:
  ServerTest() { connect(net::ServerLimits{}); }
  ~ServerTest() override {
    thread_.on_loop([this] { server_.reset(); });
  }

  // A new connection with these limits.
  void connect(net::ServerLimits limits) {
    const RawListener listener;
    client_ = connect_to(listener.port_number());
    RawSocket accepted = listener.accept();
    thread_.on_loop([&] {
      net::Socket socket(thread_.loop()->executor(), net::asio::ip::tcp::v4(), accepted.release());
      server_ = std::make_unique<net::HttpServer>(thread_.loop(), std::move(socket), limits);
    });
  }

  Result<net::RequestHead> read_head() { return thread_.run(server_->read_head()); }
  Result<std::string> read_body(std::size_t max) { return thread_.run(whole(server_.get(), max)); }
  Result<std::string> read_pieces() { return thread_.run(pieces(server_.get())); }
  Result<void> write(std::string text) { return thread_.run(write_one(server_.get(), std::move(text))); }
  void close() {
    thread_.on_loop([this] { server_->close(); });
  }

  static task<Result<std::string>> whole(net::HttpServer* server, std::size_t max) {
    const auto body = co_await server->read_body(max);
    if (!body) co_return fail(body.error());
    co_return std::string(*body);
  }
  static task<Result<std::string>> pieces(net::HttpServer* server) {
    std::string all;
    while (true) {
      const auto piece = co_await server->read_body_some();
      if (!piece) co_return fail(piece.error());
      if (piece->empty()) co_return all;
      all += *piece;
    }
  }
  static task<Result<void>> write_one(net::HttpServer* server, std::string text) {
    const std::array<std::string_view, 3> list{std::string_view(text).substr(0, 1), "",
                                               std::string_view(text).substr(1)};
    co_return co_await server->write(list);
  }

  LoopThread thread_;
  RawSocket client_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace holdfast::test
