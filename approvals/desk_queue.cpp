#include "approvals/desk_queue.hpp"

namespace holdfast::approvals {

void DeskQueue::post(Operation operation) {
  const std::scoped_lock lock(m_);
  queued_.push_back(std::move(operation));
  if (!std::exchange(serving_, true)) net::post_to(desk_thread_, [this] { serve(); });
}

void DeskQueue::serve() {
  const auto until = std::chrono::steady_clock::now() + bounds_.time;
  std::size_t taken = 0;
  desk_->carry_out([&]() -> std::optional<Operation> {
    const bool full = taken == bounds_.size || (taken > 0 && std::chrono::steady_clock::now() >= until);
    if (full) return std::nullopt;
    ++taken;
    return take();
  });
  const std::scoped_lock lock(m_);
  serving_ = !queued_.empty();
  // Posted and not looped: deadlines and the kill switch have their turn in between.
  if (serving_) net::post_to(desk_thread_, [this] { serve(); });
}

std::optional<Operation> DeskQueue::take() {
  const std::scoped_lock lock(m_);
  if (queued_.empty()) return std::nullopt;
  std::optional<Operation> first = std::move(queued_.front());
  queued_.pop_front();
  return first;
}

}  // namespace holdfast::approvals
