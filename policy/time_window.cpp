#include "policy/time_window.hpp"

#include <algorithm>

namespace holdfast::policy {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

// ISO 8601: Monday is 1.
bool begins_on(const TimeWindow& window, sys_days day) {
  return (window.days >> (std::chrono::weekday(day).iso_encoding() - 1) & 1) != 0;
}

}  // namespace

std::optional<seconds> ZoneClock::ahead_at(WallTime time) const {
  if (time >= known_to) return std::nullopt;
  const auto later = std::upper_bound(changes.begin(), changes.end(), time,
                                      [](WallTime t, const Change& change) { return t < change.at; });
  if (later == changes.begin()) return std::nullopt;
  return std::prev(later)->ahead;
}

Truth is_within(const TimeWindow& window, const std::optional<WallTime>& time) {
  if (!time) return Truth::unknown;
  const std::optional<seconds> ahead = window.clock ? window.clock->ahead_at(*time) : seconds(0);
  if (!ahead) return Truth::unknown;
  // Taken for a time of UTC, so that the calendar says which day the zone's clocks show.
  const auto shown = *time + *ahead;
  const sys_days today = std::chrono::floor<days>(shown);
  const auto of_day = shown - today;
  if (window.begin < window.end) {
    return truth(begins_on(window, today) && of_day >= window.begin && of_day < window.end);
  }
  return truth((begins_on(window, today) && of_day >= window.begin) ||
               (begins_on(window, today - days(1)) && of_day < window.end));
}

}  // namespace holdfast::policy
