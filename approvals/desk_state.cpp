#include "approvals/desk_state.hpp"

#include <fmt/format.h>

#include "approvals/plan.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {
namespace {

// What is known of it beside the store: it lives, its response is kept, or it counts for the cool-down.
bool is_kept(const Hold& hold) {
  return !hold.ended() || hold.response || hold.status == Status::rejected || withdrawn(hold);
}

// Approved, and nobody needs to be there for it.
bool runs(const Hold& hold) {
  return hold.status == Status::approved && hold.call.asynchronous;
}

}  // namespace

HoldPtr present(Hold hold, const Options& options) {
  reckon(hold, options);
  return std::make_shared<const Hold>(std::move(hold));
}

Error Desk::State::absent(const std::string& id) const {
  const Result<std::optional<Hold>> stored = store->find(id);
  if (!stored) return stored.error();
  if (!*stored) return {Code::not_found, fmt::format("there is no approval {}", id)};
  if ((*stored)->status == Status::expired) {
    return {Code::gone, fmt::format("approval {} has expired", id)};
  }
  return {Code::conflict, fmt::format("approval {} is already resolved: {}", id, resolution(**stored))};
}

Result<HoldPtr> Desk::State::known(const std::string& id) const {
  const Entry* entry = memory.find(id);
  if (entry == nullptr) return fail(absent(id));
  if (entry->hold != nullptr) return entry->hold;
  Result<std::optional<Hold>> stored = store->find(id);
  if (!stored) return fail(std::move(stored.error()));
  if (!*stored) return fail(Code::corrupt, fmt::format("the approvals store has lost approval {}", id));
  return present(std::move(**stored), options);
}

HoldPtr Desk::State::adopt(Hold hold, std::vector<std::pair<std::uint64_t, Watcher>> watchers) {
  HoldPtr adopted = present(std::move(hold), options);
  Entry entry(adopted);
  entry.watchers = std::move(watchers);
  fix_deadlines(entry, *adopted, nullptr);
  memory.put(std::move(entry));
  return adopted;
}

Result<HoldPtr> Desk::State::commit(HoldPtr before, Hold next, const With& with) {
  next.version = before->version + 1;
  reckon(next, options);
  const Change change{&next,         before->version, with.vote,       with.callback,
                      with.response, with.request,    limit_time.now()};
  if (auto applied = store->apply(change); !applied) {
    log::error("store_failed", {{"hold", next.id}, {"error", applied.error().detail}});
    return fail(std::move(applied.error()));
  }
  const HoldPtr hold = std::make_shared<const Hold>(std::move(next));
  Entry changed = *memory.find(hold->id);
  const auto watchers = changed.watchers;
  changed.take(hold);
  fix_deadlines(changed, *hold, before.get());
  if (hold->ended()) changed.watchers.clear();
  if (is_kept(*hold)) {
    memory.put(std::move(changed));
  } else {
    memory.drop(hold->id);
  }
  later([this, before, hold, watchers, voted = with.vote != nullptr] {
    for (const auto& [watch, tell] : watchers)
      tell(hold);
    metrics.changed(*before, *hold, voted ? &hold->votes.back() : nullptr);
    announce(*before, hold);
    if (runs(*hold) && !runs(*before)) to_run(hold->id);
  });
  return hold;
}

Result<HoldPtr> Desk::State::move(HoldPtr before, Step step) {
  Result<Hold> next = advance(*before, step);
  if (!next) return fail(std::move(next.error()));
  if (next->ended() && !next->resolved_at) next->resolved_at = clock->wall();
  return commit(std::move(before), std::move(*next));
}

void Desk::State::fix_deadlines(Entry& entry, const Hold& now, const Hold* before) const {
  if (before == nullptr) entry.expires = deadline_at(now.expires_at, *clock);
  if (now.redeem_until && (before == nullptr || before->redeem_until != now.redeem_until)) {
    entry.redeem = deadline_at(*now.redeem_until, *clock);
  }
  if (!now.ended() || (before != nullptr && before->ended())) return;
  if (now.response_until) {
    entry.kept = deadline_at(*now.response_until, *clock);
  } else if (now.resolved_at) {
    entry.kept = deadline_at(*now.resolved_at + options.cooldown, *clock);
  }
}

bool Desk::State::settle_due(std::size_t most) {
  bool all = true;
  for (const std::string& id : memory.deadlines().due(*clock)) {
    if (most-- == 0) break;
    // One that cannot be settled stays due, and votes and releases on it are refused; the others go on.
    if (auto settled = settle(id); !settled) all = false;
  }
  return all;
}

Result<void> Desk::State::settle(const std::string& id) {
  if (!memory.due(id, *clock)) return {};
  if (memory.find(id)->ended) {
    memory.drop(id);
    return {};
  }
  Result<HoldPtr> hold = known(id);
  if (!hold) return fail(std::move(hold.error()));
  const Step step = (*hold)->status == Status::pending ? Step::deadline : Step::unclaimed;
  if (auto moved = move(std::move(*hold), step); !moved) return fail(std::move(moved.error()));
  return {};
}

bool Desk::State::late(const std::string& id) const {
  const Entry* found = memory.find(id);
  return found != nullptr && !found->ended && memory.due(id, *clock);
}

void Desk::State::announce(const Hold& before, const HoldPtr& hold) {
  if (before.status == hold->status && before.ending == hold->ending) return;
  log::event("hold", {{"id", hold->id},
                      {"call", hold->call.call_id},
                      {"tool", hold->call.tool},
                      {"status", to_string(hold->status)},
                      {"resolution", resolution(*hold)}});
  if (hold->status == Status::pending) {
    notifier->notify(Event::requested,
                     hold);  // back from approved: whoever was not reached yet is asked again
  } else if (before.status == Status::pending) {
    notifier->notify(Event::resolved, hold);
  } else if (hold->ended()) {
    notifier->notify(Event::completed, hold);
  }
}

}  // namespace holdfast::approvals
