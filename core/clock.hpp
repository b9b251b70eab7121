// Two clocks: wall time to show and to date, steady time to measure and to wait. A deadline has passed when
// either says so (03-calls).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast {

using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// An interface because tests move time by hand. Implementations are safe from every thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall() const = 0;
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  // Names the boot that steady time is of: times of two runs can be compared when it is the same. Empty: that
  // is not known, and they cannot.
  [[nodiscard]] virtual std::string boot() const { return {}; }
};

// The clocks of this machine. Never destroyed.
[[nodiscard]] const Clock& system_clock();

// RFC 3339, UTC, milliseconds: 2026-01-02T03:04:05.678Z. parse takes exactly that form.
[[nodiscard]] std::string to_rfc3339(WallTime time);
[[nodiscard]] Result<WallTime> parse_rfc3339(const std::string& text);

// to_rfc3339 for times that mostly are of one second: that second's text, with other milliseconds.
class Rfc3339 {
 public:
  // Valid until the next.
  [[nodiscard]] std::string_view of(WallTime time);

 private:
  std::string text_;
  std::chrono::sys_seconds second_{};
};

[[nodiscard]] inline std::int64_t unix_milliseconds(WallTime time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline std::int64_t unix_seconds(WallTime time) {
  return unix_milliseconds(time) / 1000;
}

}  // namespace holdfast
