#include "net/deadline.hpp"

namespace holdfast::net {

Deadlines::Deadlines(Executor executor) : timer_(executor) {}

void Deadlines::arm(Deadline& deadline, std::chrono::milliseconds after) {
  deadline.at_ = std::chrono::steady_clock::now() + after;
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
  timer_.expires_after(kSweep);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // stopped, or the loop is being destroyed
    scheduled_ = false;
    sweep();
  });
}

void Deadlines::sweep() {
  const auto now = std::chrono::steady_clock::now();
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
