#include "net/listener.hpp"

#include <gtest/gtest.h>

#include "tests/net/code_of.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using test::LoopThread;

std::uint16_t port_of(const Listening& listening) {
  return static_cast<std::uint16_t>(std::stoi(listening.address.substr(listening.address.rfind(':') + 1)));
}

task<Result<std::string>> accept_one(Acceptor* acceptor) {
  auto socket = co_await accept(acceptor);
  if (!socket) co_return fail(socket.error());
  asio::ip::tcp::no_delay option;
  socket->get_option(option);
  co_return option.value() ? "no delay" : "delay";
}

TEST(Listener, PortZeroIsResolvedAndConnectionsAreAccepted) {
  LoopThread thread;
  auto listening = listen("127.0.0.1", "0", {thread.loop()});
  ASSERT_TRUE(listening) << listening.error().detail;
  ASSERT_EQ(listening->acceptors.size(), 1U);
  const auto client = test::connect_to(port_of(*listening));
  EXPECT_EQ(thread.run(accept_one(listening->acceptors[0].get())).value(), "no delay");
  thread.on_loop([&] { listening->acceptors.clear(); });
}

TEST(Listener, AnotherListenerOnThePortIsRefusedWithASentence) {
  Loop loop(0);
  Loop second_loop(1);
  for (const auto& loops : {std::vector<Loop*>{&loop}, std::vector<Loop*>{&loop, &second_loop}}) {
    const auto first = listen("127.0.0.1", "0", loops);
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ(first->acceptors.size(), loops.size());
    for (const auto& again : {std::vector<Loop*>{&loop}, std::vector<Loop*>{&loop, &second_loop}}) {
      const auto second = listen("127.0.0.1", std::to_string(port_of(*first)), again);
      ASSERT_FALSE(second);
      EXPECT_EQ(code_of(second), Code::unavailable);
      EXPECT_EQ(second.error().detail, first->address + " is in use by another process");
    }
  }
}

TEST(Listener, EveryLoopOfSeveralGetsConnections) {
  LoopThread one;
  LoopThread two;
  auto listening = listen("127.0.0.1", "0", {one.loop(), two.loop()});
  ASSERT_TRUE(listening) << listening.error().detail;
  auto first = one.start(accept_one(listening->acceptors[0].get()));
  auto second = two.start(accept_one(listening->acceptors[1].get()));
  // The kernel spreads connections by a hash of their addresses.
  std::vector<test::RawSocket> clients;
  const auto ready = [](const auto& future) {
    return future.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
  };
  for (int i = 0; i < 1000 && !(ready(first) && ready(second)); ++i) {
    clients.push_back(test::connect_to(port_of(*listening)));
  }
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
  one.on_loop([&] { listening->acceptors[0].reset(); });
  two.on_loop([&] { listening->acceptors[1].reset(); });
}

TEST(Listener, ClosingItEndsTheWaitForConnections) {
  LoopThread thread;
  auto listening = listen("127.0.0.1", "0", {thread.loop()});
  ASSERT_TRUE(listening);
  auto waiting = thread.start(accept_one(listening->acceptors[0].get()));
  thread.on_loop([&] { listening->acceptors[0]->close(); });
  const auto ended = waiting.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(code_of(ended), Code::cancelled);
}

TEST(Listener, AnAddressThatIsNotOursIsNamed) {
  Loop loop(0);
  const auto refused = listen("203.0.113.1", "8080", {&loop});
  ASSERT_FALSE(refused);
  EXPECT_EQ(code_of(refused), Code::unavailable);
  EXPECT_NE(refused.error().detail.find("203.0.113.1:8080"), std::string::npos) << refused.error().detail;
}

}  // namespace
}  // namespace holdfast::net
