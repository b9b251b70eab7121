// How much of a call's time is ours: from the moment it had been read until its first byte went upstream, and
// from the upstream's head until the first byte of the answer went to the agent. What others do meanwhile (an
// upstream that works, people who decide) is in neither.
#pragma once

#include "core/clock.hpp"

namespace holdfast::proxy {

// Loop thread only. Times of a steady clock.
class AddedTime {
 public:
  // The request has been read, as far as it is read before it leaves.
  void read(SteadyTime now) { read_ = now; }
  [[nodiscard]] std::chrono::nanoseconds since_read(SteadyTime now) const { return now - read_; }
  // Its first byte is about to go upstream. A second try goes on counting.
  void sent(SteadyTime now) { there_ = now - read_; }
  // The upstream's head has come.
  void came_back(SteadyTime now) { back_ = now; }
  // True from came_back() until the answer's first byte, for a call that was read here.
  [[nodiscard]] bool owes_answer() const { return back_ != SteadyTime{} && read_ != SteadyTime{}; }
  // The answer's first byte has gone: there and back.
  [[nodiscard]] std::chrono::nanoseconds answered(SteadyTime now) {
    const std::chrono::nanoseconds sum = there_ + (now - back_);
    back_ = {};
    return sum;
  }

 private:
  SteadyTime read_{};
  std::chrono::nanoseconds there_{0};
  SteadyTime back_{};
};

}  // namespace holdfast::proxy
