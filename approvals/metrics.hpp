// What the desk counts of holds and votes. The desk's thread counts; any thread reads.
#pragma once

#include <array>

#include "approvals/hold.hpp"
#include "core/metrics_text.hpp"

namespace holdfast::approvals {

inline constexpr std::array<std::chrono::nanoseconds, 11> kTimeToDecision{
    std::chrono::seconds(1), std::chrono::seconds(5), std::chrono::seconds(15), std::chrono::seconds(30),
    std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::minutes(15), std::chrono::minutes(30),
    std::chrono::hours(1),   std::chrono::hours(4),   std::chrono::hours(24)};

class Metrics {
 public:
  void opened(const Hold& hold) {
    came_back(hold);
    opened_.add();
  }
  // At a start: it was opened in another run.
  void came_back(const Hold& hold) {
    if (hold.status == Status::pending) pending_.add(1);
  }
  // `vote`: the one that made the change, or null.
  void changed(const Hold& before, const Hold& now, const Vote* vote);

  // Room was taken of so many limits; so many had none.
  void spent(std::size_t limits) { spends_.add(limits); }
  void found_no_room(std::size_t limits) { without_room_.add(limits); }

  void collect(metrics::Page* page) const;

 private:
  metrics::Gauge pending_;
  metrics::Counter opened_, releases_, spends_, without_room_;
  std::array<metrics::Counter, 2> votes_;  // by act
  std::array<metrics::Counter, kEndings> resolutions_;
  metrics::Histogram time_to_decision_{kTimeToDecision};
};

}  // namespace holdfast::approvals
