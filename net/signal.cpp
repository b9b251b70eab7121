#include "net/signal.hpp"

#include "net/awaited.hpp"

namespace holdfast::net {

void Signal::set() {
  set_ = true;
  timer_.cancel();
}

task<bool> Signal::wait_until(SteadyTime until) {
  // A loop, because set() and clear() may both have happened before the waiter runs again.
  while (!set_ && std::chrono::steady_clock::now() < until) {
    timer_.expires_at(until);
    co_await timer_.async_wait(kAwaited);
  }
  co_return set_;
}

}  // namespace holdfast::net
