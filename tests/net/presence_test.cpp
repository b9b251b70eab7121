// Who waits for an answer, and who has gone: law 5 and 03-calls "When the client stops waiting".
#include <gmock/gmock.h>
#include <poll.h>

#include "tests/net/server_fixture.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

const std::string kProbe = ": still waiting\n\n";
const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class Presence : public test::ServerTest {
 protected:
  std::future<void> watch(std::string probe) {
    client_.send(kGet);
    EXPECT_TRUE(read_head());
    return thread_.start(server_->wait_gone(std::move(probe)));
  }
  // After all that is queued on the loop has run.
  bool waits(const std::future<void>& watching) {
    for (int i = 0; i < 5; ++i)
      thread_.on_loop([] {});
    return watching.wait_for(0ms) == std::future_status::timeout;
  }
  bool confirm(std::string probe, std::chrono::milliseconds wait) {
    return thread_.run(server_->confirm_present(std::move(probe), wait));
  }
  void stop() {
    thread_.on_loop([this] { server_->stop_watching(); });
  }
  // Until the kernel has told our side of the client's FIN.
  void half_close_and_see_it() {
    client_.half_close();
    for (int i = 0; i < 1000 && confirm("", 0ms); ++i) {
    }
    EXPECT_FALSE(confirm("", 0ms));
  }
};

TEST_F(Presence, ResetMeansGone) {
  const auto watching = watch(kProbe);
  client_.reset();
  watching.wait();
  EXPECT_FALSE(server_->client_present());
  EXPECT_FALSE(confirm(kProbe, 1s));
}

TEST_F(Presence, FullCloseIsFoundOutByTheProbe) {
  const auto watching = watch(kProbe);
  client_.close();
  watching.wait();
  EXPECT_FALSE(server_->client_present());
}

TEST_F(Presence, HalfClosedClientIsStillWaiting) {
  const auto watching = watch(kProbe);
  client_.half_close();
  EXPECT_EQ(client_.receive(kProbe.size()), kProbe) << "the probe goes out when the end is seen";
  EXPECT_TRUE(confirm(kProbe, 5s));
  EXPECT_EQ(client_.receive(kProbe.size()), kProbe);
  EXPECT_TRUE(waits(watching));
  EXPECT_TRUE(server_->client_present());
  ASSERT_TRUE(write("the answer"));
  EXPECT_EQ(client_.receive(10), "the answer");
  client_.close();
  // What the closed socket is sent next resets it.
  EXPECT_FALSE(confirm(kProbe, 5s));
  watching.wait();
}

TEST_F(Presence, WithoutAProbeTheEndCounts) {
  const auto watching = watch("");
  client_.half_close();
  watching.wait();
  EXPECT_FALSE(server_->client_present());
}

TEST_F(Presence, PipelinedBytesDoNotCountAndAreNotLost) {
  const auto watching = watch(kProbe);
  std::string more;
  for (int i = 0; i < 1000; ++i)
    more += kGet;
  client_.send(more);
  ASSERT_TRUE(write("x"));
  EXPECT_EQ(client_.receive(1), "x");
  EXPECT_TRUE(waits(watching));
  stop();
  watching.wait();
  EXPECT_TRUE(server_->client_present());
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(read_head()) << i;
}

TEST_F(Presence, ResetBehindAFullBufferIsStillNoticed) {
  const auto watching = watch(kProbe);
  const std::string flood(300'000, 'x');
  client_.send(flood);
  EXPECT_TRUE(waits(watching));
  client_.reset();
  watching.wait();
  EXPECT_FALSE(server_->client_present());
}

TEST_F(Presence, NeitherAFullBufferNorUrgentDataMakesTheLoopSpin) {
  const auto watching = watch(kProbe);
  // More than we keep, and little enough that the urgent byte behind it reaches our kernel.
  client_.send(std::string(70'000, 'x'));
  ASSERT_EQ(::send(client_.fd(), "!", 1, MSG_OOB), 1);
  const auto cpu_time = [this] {
    timespec used{};
    thread_.on_loop([&used] { ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used); });
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
  };
  EXPECT_TRUE(waits(watching));
  const auto before = cpu_time();
  EXPECT_EQ(watching.wait_for(200ms), std::future_status::timeout);
  EXPECT_LT(cpu_time() - before, 20ms);
  stop();
  watching.wait();
}

TEST_F(Presence, WhatAClientSendsWhileItWaitsIsKeptOnlyToALimit) {
  const auto watching = watch(kProbe);
  const std::string part(1 << 20, 'x');
  std::size_t taken = 0;
  constexpr std::size_t kFar = 64 << 20;
  pollfd poll{client_.fd(), POLLOUT, 0};
  while (taken < kFar && ::poll(&poll, 1, 100) == 1) {
    const ssize_t sent = ::send(client_.fd(), part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) taken += static_cast<std::size_t>(sent);
  }
  EXPECT_LT(taken, kFar) << "only the kernel's buffers and 64 KiB of ours";
  EXPECT_TRUE(waits(watching));
  stop();
  watching.wait();
}

TEST_F(Presence, AnInterruptedProbeIsFinishedBeforeTheAnswer) {
  std::string large(16 << 20, 'p');
  const auto watching = watch(large);
  client_.half_close();
  EXPECT_EQ(client_.receive(1), "p");
  auto writing = thread_.start(write_one(server_.get(), "END"));
  const std::string seen = client_.receive(large.size() + 2);
  EXPECT_EQ(seen.find_first_not_of('p'), large.size() - 1);
  EXPECT_TRUE(seen.ends_with("pEND"));
  EXPECT_TRUE(writing.get());
  stop();
  watching.wait();
}

TEST_F(Presence, StopWatchingReturnsAtOnceBeforeAndDuring) {
  client_.send(kGet);
  ASSERT_TRUE(read_head());
  stop();
  thread_.run(server_->wait_gone(kProbe));
  EXPECT_TRUE(server_->client_present());
  const auto watching = thread_.start(server_->wait_gone(kProbe));
  EXPECT_TRUE(waits(watching));
  stop();
  watching.wait();
  EXPECT_TRUE(server_->client_present());
}

TEST_F(Presence, AWriteFindsTheClientGoneTooAndClosingEndsTheWatch) {
  auto watching = watch(kProbe);
  close();
  watching.wait();
}

TEST_F(Presence, UrgentDataIsNoReasonToGo) {
  const auto watching = watch(kProbe);
  client_.half_close();
  EXPECT_EQ(client_.receive(kProbe.size()), kProbe);
  EXPECT_TRUE(waits(watching));
  stop();
  watching.wait();

  connect({});
  const auto again = watch(kProbe);
  ASSERT_EQ(::send(client_.fd(), "!", 1, MSG_OOB), 1);
  ASSERT_TRUE(write("x"));
  EXPECT_EQ(client_.receive(1), "x");
  EXPECT_TRUE(waits(again));
  stop();
  again.wait();
}

TEST_F(Presence, ConfirmNeedsNoProbeWhileTheEndIsOpen) {
  EXPECT_TRUE(confirm(kProbe, 0ms));
  pollfd poll{client_.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&poll, 1, 0), 0) << "nothing was written";
}

TEST_F(Presence, ConfirmWithoutAProbeTakesTheEndForGone) {
  half_close_and_see_it();
  EXPECT_FALSE(confirm("", 5s));
}

TEST_F(Presence, ConfirmIsRefusedByAClosedClientAndGivenByAHalfClosedOne) {
  half_close_and_see_it();
  EXPECT_TRUE(confirm(kProbe, 5s));
  EXPECT_EQ(client_.receive(kProbe.size()), kProbe);
  connect({});
  const int keep = ::dup(client_.fd());
  client_.half_close();
  client_.close();
  EXPECT_TRUE(confirm(kProbe, 5s)) << "somebody else holds that socket";
  ::close(keep);
  EXPECT_FALSE(confirm(kProbe, 5s));
}

TEST_F(Presence, AProbeThatIsNotAcknowledgedInTimeConfirmsNothing) {
  // A client that takes nothing more: what is sent to it stays with our kernel.
  const int small = 1;
  ::setsockopt(client_.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ASSERT_TRUE(write(std::string(100'000, 'x')));
  half_close_and_see_it();
  EXPECT_FALSE(confirm(kProbe, 30ms));
  EXPECT_TRUE(server_->client_present()) << "unconfirmed is not gone";
}

TEST_F(Presence, CancellingTheWatcherLeavesTheConnectionUsable) {
  client_.send(kGet);
  ASSERT_TRUE(read_head());
  TaskGroup group(thread_.loop());
  thread_.on_loop([&] { group.spawn(server_->wait_gone(kProbe)); });
  thread_.on_loop([&] { group.cancel(); });
  auto wait = [](TaskGroup* g) -> task<void> { co_await g->wait(); };
  thread_.run(wait(&group));
  ASSERT_TRUE(write("x"));
  client_.send(kGet);
  EXPECT_TRUE(read_head());
}

}  // namespace
}  // namespace holdfast::net
