// A flag that coroutines of one loop can wait for. Loop thread only.
#pragma once

#include "core/clock.hpp"
#include "net/deadline.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

class Signal {
 public:
  explicit Signal(Loop* loop) : timer_(loop->context()) {}
  void set();  // wakes whoever waits, and stays set
  void clear() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }
  // Returns true when set, false when `until` has come. One waiter at a time.
  task<bool> wait_until(SteadyTime until);

 private:
  Timer timer_;
  bool set_ = false;
};

}  // namespace holdfast::net
