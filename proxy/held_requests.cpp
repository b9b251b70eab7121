#include "proxy/held_requests.hpp"

#include <utility>
#include <vector>

namespace holdfast::proxy {

HeldRequests::Ticket HeldRequests::add(const HeldRequestName& name, std::function<void()> cancel) {
  const std::lock_guard lock(m_);
  waiting_.emplace(name, Waiting{++last_, std::move(cancel)});
  return last_;
}

bool HeldRequests::remove(const HeldRequestName& name, Ticket ticket) {
  const std::lock_guard lock(m_);
  const auto [first, last] = waiting_.equal_range(name);
  for (auto waiting = first; waiting != last; ++waiting) {
    if (waiting->second.ticket != ticket) continue;
    waiting_.erase(waiting);
    return true;
  }
  return false;
}

bool HeldRequests::cancel(const HeldRequestName& name) {
  std::vector<std::function<void()>> wake;
  {
    const std::lock_guard lock(m_);
    const auto [first, last] = waiting_.equal_range(name);
    for (auto waiting = first; waiting != last; ++waiting)
      wake.push_back(std::move(waiting->second.cancel));
    waiting_.erase(first, last);
  }
  for (const auto& each : wake)
    each();
  return !wake.empty();
}

}  // namespace holdfast::proxy
