// A clock that tests move by hand.
#pragma once

#include <string>

#include "core/clock.hpp"

namespace holdfast::test {

class ManualClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_; }
  std::string boot() const override { return boot_; }

  // Time passes: both clocks move.
  void advance(Milliseconds by) {
    wall_ += by;
    steady_ += by;
  }
  // Somebody sets the machine's clock: only the wall clock jumps.
  void step_wall(Milliseconds by) { wall_ += by; }
  // The machine starts anew: steady time begins again.
  void reboot() {
    boot_ += '\'';
    steady_ = SteadyTime{std::chrono::minutes(1)};
  }

 private:
  WallTime wall_{Milliseconds{1'760'000'000'000}};
  SteadyTime steady_{std::chrono::hours(100)};
  std::string boot_ = "boot";
};

}  // namespace holdfast::test
