// Turning the kill switch (04-approvals "Revoke"). The switch is thrown before the store is asked, and lifted
// only after store and log have the resume: whatever fails in between leaves it halted.
#include "approvals/desk_state.hpp"
#include "core/id.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {

Result<void> Desk::State::load_turn() {
  Result<std::optional<HaltTurn>> newest = store->newest_turn();
  if (!newest) return fail(std::move(newest.error()));
  turn = std::move(*newest);
  // A resume that the log may not have is not in force: recovery records it, and that lifts the switch.
  if (turn && (turn->halted || !turn->recorded)) halts.halt();
  return {};
}

Result<void> Desk::State::turn_to(bool halted, const HaltOrder& order) {
  HaltTurn next{make_uuid7(clock->wall()).str(), halted, order, clock->wall(), false};
  if (auto kept = store->add(next); !kept) {
    log::error("store_failed", {{"turn", halted ? "halt" : "resume"}, {"error", kept.error().detail}});
    return fail(std::move(kept.error()));
  }
  turn = std::move(next);
  return {};
}

HaltSwitch& Desk::halts() {
  return state_->halts;
}

std::optional<HaltTurn> Desk::newest_turn() const {
  return state_->turn;
}

Result<HaltTurn> Desk::halt(const HaltOrder& order) {
  State& state = *state_;
  state.halts.halt();
  if (state.turn && state.turn->halted) return *state.turn;
  if (!state.unkept_halt) state.unkept_halt = order;
  if (auto turned = state.turn_to(true, *state.unkept_halt); !turned) {
    return fail(Code::unavailable, "everything is halted, but this is not on disk (" + turned.error().detail +
                                       "): it lasts as long as this process; halt again to keep it");
  }
  state.unkept_halt.reset();
  return *state.turn;
}

Result<std::optional<HaltTurn>> Desk::resume(const HaltOrder& order) {
  State& state = *state_;
  // In the order in which it happened, so that every resume follows its halt.
  if (state.unkept_halt) {
    if (auto turned = state.turn_to(true, *state.unkept_halt); !turned)
      return fail(std::move(turned.error()));
    state.unkept_halt.reset();
  }
  if (state.turn && state.turn->halted) {
    if (auto turned = state.turn_to(false, order); !turned) return fail(std::move(turned.error()));
  }
  return state.turn;
}

void Desk::turn_recorded(const std::string& id) {
  State& state = *state_;
  if (auto marked = state.store->turn_recorded(id); !marked) {
    // The next start finds it in the log by its id.
    log::warning("record_not_marked", {{"halt", id}, {"error", marked.error().detail}});
  }
  if (!state.turn || state.turn->id != id) return;
  state.turn->recorded = true;
  if (!state.turn->halted && !state.unkept_halt) state.halts.lift();
}

Result<std::vector<HaltTurn>> Desk::unrecorded_turns() const {
  return state_->store->unrecorded_turns();
}

}  // namespace holdfast::approvals
