// Windows of the week, `time: {days: mon-fri, between: "09:00-18:00", zone: Europe/Berlin}`, in the local
// time of a zone. Pure: what the clocks of a zone show is given.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

// How far a zone's clocks are ahead of UTC, from each moment at which that changes. Immutable; the first
// moment is where what is known begins.
struct ZoneClock {
  struct Change {
    std::chrono::sys_seconds at;
    std::chrono::seconds ahead{0};
  };
  std::vector<Change> changes;        // ascending
  std::chrono::sys_seconds known_to;  // nothing is known of this moment and later ones

  [[nodiscard]] std::optional<std::chrono::seconds> ahead_at(WallTime time) const;
};

struct TimeWindow {
  static constexpr std::uint8_t kEveryDay = 0x7F;

  std::uint8_t days = kEveryDay;  // on which it begins; bit 0 is Monday
  // Of the day: from begin until end, which is no part of it. An end that is not behind the begin lies on the
  // next day.
  std::chrono::minutes begin{0};
  std::chrono::minutes end{std::chrono::hours(24)};
  std::string zone = "UTC";
  std::shared_ptr<const ZoneClock> clock = nullptr;  // null: UTC
};

// Whether the zone's clocks show a time inside the window. Unknown without a time, and beyond what is known
// of the zone. No allocation, no lock.
[[nodiscard]] Truth is_within(const TimeWindow& window, const std::optional<WallTime>& time);

}  // namespace holdfast::policy
