#include "net/turn.hpp"

#include <boost/asio/post.hpp>

namespace holdfast::net {

void Turn::add(Waiter waiter) {
  waiting_.push_back(std::move(waiter));
  if (waiting_.size() == 1) look_again();
}

// Behind all that is ready by then.
void Turn::look_again() {
  seen_ = waiting_.size();
  asio::post(*context_, [this] { look(); });
}

void Turn::look() {
  if (waiting_.size() > seen_ && waiting_.size() < kMost) return look_again();
  // Who waits again while these go on waits for the next turn.
  going_.swap(waiting_);
  for (Waiter& waiter : going_)
    std::move(waiter)();
  going_.clear();
}

}  // namespace holdfast::net
