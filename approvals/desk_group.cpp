// Several operations in one transaction of the store; desk_state.hpp says in which order things happen.
#include <deque>

#include "approvals/desk_state.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {

void Desk::State::later(std::function<void()> effect) {
  if (!in_group) return effect();
  effects.push_back(std::move(effect));
}

Result<void> Desk::State::together(const std::function<void()>& work) {
  if (in_group) {
    work();
    return {};
  }
  store->begin_group();
  memory.begin();
  in_group = true;
  work();
  in_group = false;
  std::optional<Options> before = std::exchange(before_group, std::nullopt);
  const std::vector<std::function<void()>> due = std::exchange(effects, {});
  if (auto committed = store->commit_group(); !committed) {
    memory.undo();
    if (before) options = std::move(*before);
    log::error("store_failed", {{"error", committed.error().detail}});
    return committed;
  }
  memory.keep();
  for (const auto& effect : due)
    effect();
  return {};
}

void Desk::carry_out(const std::function<std::optional<Operation>()>& next) {
  std::deque<Operation> taken;  // whose elements stay where they are
  const auto all = [&] {
    while (std::optional<Operation> operation = next()) {
      const Operation& one = taken.emplace_back(std::move(*operation));
      one.work();
      state_->later([&one] { one.answer(); });
    }
  };
  if (state_->together(all)) return;
  for (const Operation& one : taken) {
    one.work();
    one.answer();
  }
}

}  // namespace holdfast::approvals
