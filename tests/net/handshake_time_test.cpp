// The time that dial and handshake have together, and a loop that stands still in it: that is not the peer's
// silence.
#include <gtest/gtest.h>

#include "net/connection.hpp"
#include "net/dial.hpp"
#include "net/signal.hpp"
#include "tests/net/code_of.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::net {
namespace {

// Returns when the loop's deadlines have been looked at.
task<void> wait_for_sweep(Loop* loop) {
  Signal swept(loop);
  Deadline next([&swept] { swept.set(); });
  const DeadlineScope scope(loop->deadlines(), next, std::chrono::milliseconds(1));
  co_await swept.wait_until(SteadyTime::max());
}

// A handshake that begins when the loop has stood still for longer than dial and handshake may take.
task<Result<void>> shake_late(Loop* loop, Endpoint endpoint, std::shared_ptr<TlsContext> context) {
  const SteadyTime until = loop->deadlines().now() + endpoint.connect;
  auto socket = co_await dial_tcp(loop, endpoint.host, endpoint.port, until, nullptr);
  if (!socket) co_return fail(socket.error());
  test::stand_still(endpoint.connect + std::chrono::milliseconds(200));
  co_await wait_for_sweep(loop);
  Connection connection(loop, endpoint, std::move(*socket));
  co_return co_await connection.handshake(std::move(context), until);
}

TEST(Handshake, IsNotLateBecauseTheLoopStoodStill) {
  test::LoopThread thread;
  const test::RawListener upstream;
  Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = upstream.port();
  endpoint.connect = std::chrono::milliseconds(2'500);
  auto shaking = thread.start(shake_late(thread.loop(), endpoint, make_tls_context(endpoint).value()));
  test::RawSocket accepted = upstream.accept();
  EXPECT_FALSE(accepted.receive(1).empty()) << "the client's first byte";
  thread.run(wait_for_sweep(thread.loop()));
  accepted.half_close();
  const auto shaken = shaking.get();
  ASSERT_FALSE(shaken);
  EXPECT_EQ(test::code_of(shaken), Code::unavailable)
      << "it is the peer that ended it: " << shaken.error().detail;
}

}  // namespace
}  // namespace holdfast::net
