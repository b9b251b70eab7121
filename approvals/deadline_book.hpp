// Deadlines in order, on both clocks: a deadline has passed when either says so (03-calls). A clock that is
// set back cannot revive one, for the other clock goes on.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/clock.hpp"

namespace holdfast::approvals {

struct Deadline {
  WallTime wall;
  SteadyTime steady;
};

[[nodiscard]] inline bool passed(const Deadline& deadline, const Clock& clock) {
  return clock.wall() >= deadline.wall || clock.steady() >= deadline.steady;
}

// The steady moment of a wall deadline, as the clocks stand now.
[[nodiscard]] inline Deadline deadline_at(WallTime wall, const Clock& clock) {
  return {wall, clock.steady() + (wall - clock.wall())};
}

// Every change and every look at what is next is O(log n). An id belongs to whoever set it, stays where it is
// while it is here, and is here at most once: clear() before it is set to another deadline.
class DeadlineBook {
 public:
  void set(const std::string* id, const Deadline& deadline) {
    by_wall_.emplace(deadline.wall, id);
    by_steady_.emplace(deadline.steady, id);
  }

  void clear(const std::string* id, const Deadline& deadline) {
    by_wall_.erase({deadline.wall, id});
    by_steady_.erase({deadline.steady, id});
  }

  // Those whose deadline has passed. They stay until they are cleared.
  [[nodiscard]] std::set<std::string> due(const Clock& clock) const {
    std::set<std::string> ids;
    const WallTime wall = clock.wall();
    const SteadyTime steady = clock.steady();
    for (auto at = by_wall_.begin(); at != by_wall_.end() && wall >= at->first; ++at)
      ids.insert(*at->second);
    for (auto at = by_steady_.begin(); at != by_steady_.end() && steady >= at->first; ++at)
      ids.insert(*at->second);
    return ids;
  }

  // When the next one passes, if neither clock is set meanwhile.
  [[nodiscard]] std::optional<SteadyTime> next(const Clock& clock) const {
    if (by_wall_.empty()) return std::nullopt;
    const SteadyTime by_wall = clock.steady() + (by_wall_.begin()->first - clock.wall());
    return std::min(by_wall, by_steady_.begin()->first);
  }

 private:
  std::set<std::pair<WallTime, const std::string*>> by_wall_;
  std::set<std::pair<SteadyTime, const std::string*>> by_steady_;
};

}  // namespace holdfast::approvals
