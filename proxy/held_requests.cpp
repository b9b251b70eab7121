#include "proxy/held_requests.hpp"

#include <utility>

namespace holdfast::proxy {

void HeldRequests::add(const HeldRequestName& name, std::function<void()> cancel) {
  const std::lock_guard lock(m_);
  waiting_.insert_or_assign(name, std::move(cancel));
}

void HeldRequests::remove(const HeldRequestName& name) {
  const std::lock_guard lock(m_);
  waiting_.erase(name);
}

bool HeldRequests::cancel(const HeldRequestName& name) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(m_);
    const auto found = waiting_.find(name);
    if (found == waiting_.end()) return false;
    wake = std::move(found->second);
    waiting_.erase(found);
  }
  wake();
  return true;
}

}  // namespace holdfast::proxy
