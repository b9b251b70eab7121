// Deadlines of one loop, swept every kSweep by one timer instead of a timer per operation (07-performance).
// Loop thread only.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <functional>

#include "core/clock.hpp"
#include "net/task.hpp"

namespace holdfast::net {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

// While its loop runs, a deadline is late by at most this much.
inline constexpr std::chrono::milliseconds kSweep{100};
// And no more than this is counted between two sweeps. What comes while a loop stands still (a machine that
// is too busy, a disk that is) has come in time, but is looked at only afterwards, perhaps behind the sweep.
inline constexpr std::chrono::milliseconds kMostAtOnce{500};

// The steady clock as of the kernel's last tick: up to ten milliseconds old, and eight times as cheap to
// read.
[[nodiscard]] SteadyTime coarse_now();

// One thing that must not take forever: a member of a stream. When it passes, `on_expired` runs once, on the
// loop.
class Deadline
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Deadline(std::function<void()> on_expired) : on_expired_(std::move(on_expired)) {}
  void disarm() { unlink(); }

 private:
  friend class Deadlines;
  SteadyTime at_;  // by Deadlines::now()
  std::function<void()> on_expired_;
};

class Deadlines {
 public:
  explicit Deadlines(Executor executor);
  // Arms or moves; O(1).
  void arm(Deadline& deadline, std::chrono::milliseconds after);
  void disarm(Deadline& deadline);
  // The clock they are measured by, which a loop that stands still does not move much: for a time that is
  // spent under one deadline after another, without a break. Never goes back.
  [[nodiscard]] SteadyTime now() const;
  // Stops the sweep, so that the loop can run out of work.
  void stop();

 private:
  void schedule();
  void sweep();
  [[nodiscard]] SteadyTime counted(SteadyTime steady) const;

  Timer timer_;
  std::chrono::steady_clock::time_point due_;        // of the next sweep, if scheduled
  std::chrono::steady_clock::duration uncounted_{};  // in all, as of the last sweep
  bool scheduled_ = false;
  bool stopped_ = false;
  boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>> armed_;
};

// Arms a deadline for a scope. Destroying one needs no Deadlines: coroutines may outlive them at shutdown.
class DeadlineScope {
 public:
  DeadlineScope(Deadlines& deadlines, Deadline& deadline, std::chrono::milliseconds after)
      : deadline_(deadline) {
    deadlines.arm(deadline, after);
  }
  ~DeadlineScope() { deadline_.disarm(); }
  DeadlineScope(const DeadlineScope&) = delete;
  DeadlineScope& operator=(const DeadlineScope&) = delete;

 private:
  Deadline& deadline_;
};

}  // namespace holdfast::net
