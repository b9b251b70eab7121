#include "approvals/desk_state.hpp"

#include <fmt/format.h>

#include "approvals/plan.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {

Entry* Desk::State::entry(const std::string& id) {
  const auto found = holds.find(id);
  return found == holds.end() ? nullptr : &found->second;
}

Entry* Desk::State::entry_of(const Key& key) {
  const auto found = ids_by_key.find(key);
  return found == ids_by_key.end() ? nullptr : entry(found->second);
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

Entry& Desk::State::adopt(Hold hold) {
  const std::string id = hold.id;
  ids_by_handle[hold.handle] = id;
  ids_by_key[key_of(hold)] = id;
  count(hold, 1);
  Entry& entry = holds[id];
  hold.pending_approvers = pending_approvers(hold, options);
  entry.hold = std::make_shared<const Hold>(std::move(hold));
  fix_deadlines(entry, nullptr);
  arm(entry);
  return entry;
}

Result<HoldPtr> Desk::State::commit(Entry& entry, Hold next, const With& with) {
  const HoldPtr before = entry.hold;
  next.version = before->version + 1;
  next.pending_approvers = pending_approvers(next, options);
  const Change change{&next, before->version, with.vote, with.callback, with.response, with.request};
  if (auto applied = store->apply(change); !applied) {
    log::error("store_failed", {{"hold", next.id}, {"error", applied.error().detail}});
    return fail(std::move(applied.error()));
  }
  const HoldPtr hold = std::make_shared<const Hold>(std::move(next));
  entry.hold = hold;
  count(*before, -1);
  count(*hold, 1);
  fix_deadlines(entry, before.get());
  const std::map<std::uint64_t, Watcher> watchers = entry.watchers;
  if (hold->ended()) entry.watchers.clear();
  if (!arm(entry)) drop(hold->id);
  for (const auto& [watch, tell] : watchers)
    tell(hold);
  metrics.changed(*before, *hold, with.vote);
  announce(*before, hold);
  return hold;
}

Result<HoldPtr> Desk::State::move(Entry& entry, Step step) {
  Result<Hold> next = advance(*entry.hold, step);
  if (!next) return fail(std::move(next.error()));
  if (next->ended() && !next->resolved_at) next->resolved_at = clock->wall();
  return commit(entry, std::move(*next));
}

void Desk::State::fix_deadlines(Entry& entry, const Hold* before) {
  const Hold& hold = *entry.hold;
  if (before == nullptr) entry.expires = deadline_at(hold.expires_at, *clock);
  if (hold.redeem_until && (before == nullptr || before->redeem_until != hold.redeem_until)) {
    entry.redeem = deadline_at(*hold.redeem_until, *clock);
  }
  if (!hold.ended() || (before != nullptr && before->ended())) return;
  if (hold.response_until) {
    entry.kept = deadline_at(*hold.response_until, *clock);
  } else if (hold.resolved_at) {
    entry.kept = deadline_at(*hold.resolved_at + options.cooldown, *clock);
  }
}

bool Desk::State::arm(Entry& entry) {
  const Hold& hold = *entry.hold;
  deadlines.clear(hold.id);
  if (!hold.ended()) {
    if (hold.status == Status::pending) deadlines.set(hold.id, entry.expires);
    if (hold.status == Status::approved) deadlines.set(hold.id, entry.redeem);
    return true;
  }
  if (!hold.response && hold.status != Status::rejected && !withdrawn(hold)) return false;
  deadlines.set(hold.id, entry.kept);
  return true;
}

bool Desk::State::settle_due() {
  bool all = true;
  for (const std::string& id : deadlines.due(*clock)) {
    // One that cannot be settled stays due, and votes and releases on it are refused; the others go on.
    if (auto settled = settle(id); !settled) all = false;
  }
  return all;
}

Result<void> Desk::State::settle(const std::string& id) {
  if (!deadlines.due(id, *clock)) return {};
  Entry* found = entry(id);
  if (found == nullptr || found->hold->ended()) {
    drop(id);
    return {};
  }
  const Step step = found->hold->status == Status::pending ? Step::deadline : Step::unclaimed;
  if (auto moved = move(*found, step); !moved) return fail(std::move(moved.error()));
  return {};
}

bool Desk::State::late(const std::string& id) {
  const Entry* found = entry(id);
  return found != nullptr && !found->hold->ended() && deadlines.due(id, *clock);
}

void Desk::State::drop(const std::string& id) {
  deadlines.clear(id);
  const auto found = holds.find(id);
  if (found == holds.end()) return;
  const HoldPtr hold = found->second.hold;
  count(*hold, -1);
  ids_by_handle.erase(hold->handle);
  // A newer hold of the same key may stand there already.
  const auto key = ids_by_key.find(key_of(*hold));
  if (key != ids_by_key.end() && key->second == id) ids_by_key.erase(key);
  holds.erase(found);
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
