#include "net/send.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace holdfast::net {
namespace {

// Two ends of a connection.
class Ends {
 public:
  explicit Ends(int type) { EXPECT_EQ(::socketpair(AF_UNIX, type, 0, fds_.data()), 0); }
  ~Ends() {
    ::close(fds_[0]);
    ::close(fds_[1]);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  [[nodiscard]] int from() const { return fds_[0]; }
  // What one read finds.
  [[nodiscard]] std::string read() const {
    std::string text(256 << 10, '\0');
    const ssize_t got = ::recv(fds_[1], text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

 private:
  std::array<int, 2> fds_{-1, -1};
};

std::string joined(const std::vector<std::string_view>& pieces) {
  std::string all;
  for (const std::string_view piece : pieces)
    all += piece;
  return all;
}

std::string letters(std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i)
    text += static_cast<char>('a' + i % 26);
  return text;
}

TEST(Send, WhatTheKernelTakesLeavesInOneCall) {
  const std::string body = letters(4096);
  const std::string large = letters(20'000);
  const std::vector<std::vector<std::string_view>> kLists = {
      {"head"},
      {"head", "body"},
      {"", "head", "", "body", ""},
      {"head", std::string_view(body).substr(0, 4092)},  // the most that is copied
      {"head", body},
      {large},
      {"head", large, "end"},
  };
  for (const auto& list : kLists) {
    // Each call makes a message of its own here, and a read finds one message.
    const Ends ends(SOCK_SEQPACKET);
    Pieces pieces(list);
    const auto sent = send_now(ends.from(), pieces);
    ASSERT_TRUE(sent) << sent.error().detail;
    EXPECT_EQ(*sent, joined(list).size());
    EXPECT_TRUE(pieces.done());
    EXPECT_EQ(ends.read(), joined(list));
    EXPECT_EQ(ends.read(), "");
  }
}

TEST(Send, MorePiecesThanOneCallTakesKeepTheirOrder) {
  const Ends ends(SOCK_STREAM);
  const std::string text = letters(100);
  std::vector<std::string_view> list;
  for (std::size_t i = 0; i < text.size(); ++i)
    list.push_back(std::string_view(text).substr(i, 1));
  Pieces pieces(list);
  const auto sent = send_now(ends.from(), pieces);
  ASSERT_TRUE(sent) << sent.error().detail;
  EXPECT_TRUE(pieces.done());
  EXPECT_EQ(ends.read(), text);
}

TEST(Send, WhatIsLeftGoesOnWhereTheKernelStopped) {
  for (const std::size_t size : {150U, 700U, 3'000U, 70'000U}) {
    const Ends ends(SOCK_STREAM);
    const int small = 1;  // the kernel's least
    ASSERT_EQ(::setsockopt(ends.from(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    const std::string text = letters(size);
    std::vector<std::string_view> list;
    for (int i = 0; i < 100; ++i)  // three calls' worth, and any of them may stop half-way
      list.push_back(std::string_view(text).substr(static_cast<std::size_t>(i)));
    Pieces pieces(list);
    std::string received;
    int stops = 0;
    while (!pieces.done()) {
      const auto sent = send_now(ends.from(), pieces);
      ASSERT_TRUE(sent) << sent.error().detail;
      stops += pieces.done() ? 0 : 1;
      for (std::string more = ends.read(); !more.empty(); more = ends.read())
        received += more;
    }
    EXPECT_GT(stops, 0);
    EXPECT_EQ(received, joined(list));
  }
}

TEST(Send, AConnectionThatIsGoneIsAnErrorAndNoSignal) {
  const Ends ends(SOCK_STREAM);
  ::shutdown(ends.from(), SHUT_WR);
  for (const std::vector<std::string_view>& list :
       {std::vector<std::string_view>{"head"}, {"head", "body"}}) {
    Pieces pieces(list);
    const auto sent = send_now(ends.from(), pieces);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, Code::closed);
  }
}

}  // namespace
}  // namespace holdfast::net
