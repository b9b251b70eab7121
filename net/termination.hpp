// SIGTERM and SIGINT, delivered on a loop.
#pragma once

#include <functional>
#include <memory>

#include "net/loop.hpp"

namespace holdfast::net {

// Calls `on_signal` on the loop for each of them until it is destroyed (on the loop's thread, or after the
// loop).
class Termination {
 public:
  Termination(Loop* loop, std::function<void()> on_signal);
  ~Termination();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
