// The time of limits: it only grows, at the pace of steady time, whatever anybody does to the wall clock, and
// goes on over a restart.
//
// Within one boot of the machine steady time says how long the restart took. Over a boot only the wall clock
// can; set back meanwhile, it counts as no time at all, so that nothing is free too early, and from then on
// time passes as ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"

namespace holdfast::approvals {

// One moment by all clocks, in milliseconds. Persisted.
struct LimitMark {
  std::int64_t at = 0;      // limit time
  std::int64_t steady = 0;  // since this began
  std::int64_t wall = 0;    // Unix
  std::string boot;         // as Clock::boot

  bool operator==(const LimitMark&) const = default;
};

class LimitTime {
 public:
  // Goes on from the newest mark there is.
  LimitTime(const Clock* clock, const std::optional<LimitMark>& kept);

  [[nodiscard]] std::int64_t now() const { return mark().at; }
  [[nodiscard]] LimitMark mark() const;

 private:
  const Clock* clock_;
  LimitMark begin_;
};

}  // namespace holdfast::approvals
