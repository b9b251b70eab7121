#include "net/deadline.hpp"

#include <algorithm>
#include <ctime>

namespace holdfast::net {

namespace {

constexpr std::chrono::milliseconds kTick{10};  // at 100 Hz, the slowest: so that no deadline comes early

}  // namespace

SteadyTime coarse_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return SteadyTime(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Deadlines::Deadlines(Executor executor) : timer_(executor) {}

void Deadlines::arm(Deadline& deadline, std::chrono::milliseconds after) {
  deadline.at_ = counted(coarse_now()) + kTick + after;
  if (deadline.is_linked()) return;
  armed_.push_back(deadline);
  schedule();
}

void Deadlines::disarm(Deadline& deadline) {
  deadline.disarm();
}

void Deadlines::stop() {
  stopped_ = true;
  timer_.cancel();
}

void Deadlines::schedule() {
  if (scheduled_ || stopped_) return;
  scheduled_ = true;
  due_ = std::chrono::steady_clock::now() + kSweep;
  timer_.expires_at(due_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // stopped, or the loop is being destroyed
    sweep();
  });
}

SteadyTime Deadlines::counted(SteadyTime steady) const {
  const SteadyTime most = scheduled_ ? std::min(steady, due_ + kMostAtOnce) : steady;
  return most - uncounted_;
}

SteadyTime Deadlines::now() const {
  return counted(std::chrono::steady_clock::now());
}

void Deadlines::sweep() {
  const SteadyTime steady = std::chrono::steady_clock::now();
  const SteadyTime now = counted(steady);
  uncounted_ = steady - now;
  scheduled_ = false;
  // What has expired moves to a list of its own first: a callback may arm, disarm or destroy any deadline.
  decltype(armed_) due;
  for (auto it = armed_.begin(); it != armed_.end();) {
    Deadline& deadline = *it++;
    if (deadline.at_ > now) continue;
    deadline.unlink();
    due.push_back(deadline);
  }
  while (!due.empty()) {
    Deadline& deadline = due.front();
    due.pop_front();
    const auto on_expired = deadline.on_expired_;  // a copy: it may destroy its deadline
    on_expired();
  }
  if (!armed_.empty()) schedule();
}

}  // namespace holdfast::net
