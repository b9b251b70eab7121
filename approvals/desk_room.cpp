// Room in limits (02-policy "Limits"): found and taken in one operation of the desk, so that it is given away
// once however many ask at the same time.
#include "approvals/desk_state.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {

Spending Desk::State::spending(const std::string& call, std::span<const Draw> draws) const {
  return {call, draws, limit_time.mark(), draws.empty() ? std::string() : log_head()};
}

Result<void> Desk::State::look_for_room(std::span<const Draw> draws, Room* room) {
  if (draws.empty()) return {};
  Result<Room> found = store->find_room(draws, limit_time.now());
  if (!found) return fail(std::move(found.error()));
  *room = std::move(*found);
  if (room->lacking.empty()) return {};
  later([this, limits = room->lacking.size()] { metrics.found_no_room(limits); });
  return fail(Code::limited, "a limit of the policy has no room for this call now");
}

Result<Reserved> Desk::reserve(const Reservation& wanted) {
  State& state = *state_;
  Reserved reserved;
  if (!wanted.match_key.empty()) {
    const Result<HoldPtr> same = state.same_call({wanted.agent, wanted.match_key});
    if (!same) return fail(same.error());
    reserved.held = *same != nullptr;
    if (reserved.held) return reserved;
  }
  const auto found = state.look_for_room(wanted.draws, &reserved.room);
  if (!reserved.room.lacking.empty()) return reserved;
  if (!found) return fail(found.error());
  if (auto spent = state.store->spend(state.spending(wanted.call, wanted.draws)); !spent) {
    log::error("store_failed", {{"call", wanted.call}, {"error", spent.error().detail}});
    return fail(std::move(spent.error()));
  }
  state.later([&state, limits = wanted.draws.size()] { state.metrics.spent(limits); });
  return reserved;
}

void Desk::settle_reservation(const std::string& call, bool sent) {
  if (auto settled = state_->store->settle_spend(call, sent); !settled)
    log::warning("reservation_not_settled", {{"call", call}, {"error", settled.error().detail}});
}

Result<std::vector<Unsettled>> Desk::unsettled() const {
  return state_->store->unsettled();
}

}  // namespace holdfast::approvals
