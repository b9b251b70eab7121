// A clock that tests move by hand.
#pragma once

#include "core/clock.hpp"

namespace holdfast::test {

class ManualClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_; }

  // Time passes: both clocks move.
  void advance(Milliseconds by) {
    wall_ += by;
    steady_ += by;
  }
  // Somebody sets the machine's clock: only the wall clock jumps.
  void step_wall(Milliseconds by) { wall_ += by; }

 private:
  WallTime wall_{Milliseconds{1'760'000'000'000}};
  SteadyTime steady_{std::chrono::hours(100)};
};

}  // namespace holdfast::test
