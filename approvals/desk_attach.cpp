// Joining, opening and leaving holds (03-calls "Identical", "When the client stops waiting").
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "approvals/desk_state.hpp"
#include "approvals/plan.hpp"
#include "core/id.hpp"
#include "core/log.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::approvals {
namespace {

// 128 random bits: the one name of a hold that its agent learns.
std::string make_handle() {
  std::array<std::byte, 16> raw{};
  fill_random(raw);
  return crypto::to_base64url({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

// All plans of the call are there (may_open). It is over when the first of them is.
Hold make_hold(HeldCall call, const Options& options, WallTime now) {
  const auto quorum = [&](const Plan& plan) { return quorum_of(plan, call.required, call.must_include); };
  Hold hold;
  const Plan& plan = options.plans.at(call.plan);
  auto timeout = plan.timeout.value_or(options.timeout);
  hold.quorum = quorum(plan);
  for (const std::string& name : call.further_plans) {
    const Plan& further = options.plans.at(name);
    hold.further.push_back(quorum(further));
    timeout = std::min(timeout, further.timeout.value_or(options.timeout));
  }
  hold.id = make_uuid7(now);
  hold.handle = make_handle();
  hold.call = std::move(call);
  hold.version = 1;
  hold.created_at = now;
  hold.expires_at = now + timeout;
  return hold;
}

}  // namespace

tl::expected<Attached, NotAttached> Desk::attach(HeldCall call, Watcher watcher, const std::string& request) {
  const State::ToolOfAgent key{call.agent, call.tool};
  const std::string* to_store = call.asynchronous && !request.empty() ? &request : nullptr;
  Room room;
  Result<Attached> attached = state_->attach(std::move(call), std::move(watcher), to_store, &room);
  if (attached) return std::move(*attached);
  NotAttached why{std::move(attached.error()), {}, {}};
  if (why.code == Code::limited)
    why.retry_after = room.lacking.empty() ? state_->limited_for(key) : room.retry_after;
  why.lacking = std::move(room.lacking);
  return tl::unexpected<NotAttached>(std::move(why));
}

Result<HoldPtr> Desk::State::same_call(const Key& key) {
  if (const Entry* before = memory.find_by_key(key)) {
    if (auto settled = settle(std::string(before->id)); !settled) return fail(std::move(settled.error()));
  }
  const Entry* same = memory.find_by_key(key);
  if (same == nullptr) return HoldPtr();
  Result<HoldPtr> found = known(same->id);
  if (!found) return found;
  const Hold& hold = **found;
  const bool answers =
      !hold.ended() || (hold.response && !hold.handed_over) || hold.status == Status::rejected;
  return answers ? std::move(*found) : HoldPtr();
}

Result<Attached> Desk::State::attach(HeldCall call, Watcher watcher, const std::string* request, Room* room) {
  const Key key{call.agent, call.match_key};
  Result<HoldPtr> same = same_call(key);
  if (!same) return fail(std::move(same.error()));
  if (*same != nullptr) {
    const Hold& hold = **same;
    if (!hold.ended()) return join(std::move(*same), call.asynchronous, std::move(watcher), request);
    if (hold.status == Status::rejected) return Attached{std::move(*same)};
    return hand_over(std::move(*same));
  }
  return open_hold(std::move(call), std::move(watcher), request, room);
}

Result<Attached> Desk::State::join(HoldPtr hold, bool asynchronous, Watcher watcher,
                                   const std::string* request) {
  const bool becomes_asynchronous = asynchronous && !hold->call.asynchronous;
  if (hold->detached || becomes_asynchronous) {
    Result<Hold> next = advance(*hold, Step::attach);
    if (!next) return fail(std::move(next.error()));
    next->call.asynchronous = next->call.asynchronous || asynchronous;
    // An asynchronous hold has its request already.
    const auto text = sealed(*next, becomes_asynchronous ? request : nullptr);
    const With with{nullptr, nullptr, false, text ? &*text : nullptr};
    Result<HoldPtr> joined = commit(std::move(hold), std::move(*next), with);
    if (!joined) return fail(std::move(joined.error()));
    hold = std::move(*joined);
  }
  Entry watched = *memory.find(hold->id);
  const std::uint64_t watch = ++last_watch;
  watched.watchers.emplace_back(watch, std::move(watcher));
  watched.hold = hold;
  memory.put(std::move(watched));
  return Attached{std::move(hold), watch};
}

Result<Attached> Desk::State::hand_over(HoldPtr hold) {
  Hold next = *hold;
  next.handed_over = true;
  Result<HoldPtr> marked = commit(std::move(hold), std::move(next));
  if (!marked) return fail(std::move(marked.error()));
  return Attached{*marked, 0, false, true};
}

Result<Attached> Desk::State::open_hold(HeldCall call, Watcher watcher, const std::string* request,
                                        Room* room) {
  settle_due();  // whose time is over no longer counts against its agent
  if (auto may = may_open(call); !may) return fail(std::move(may.error()));
  if (auto found = look_for_room(call.draws, room); !found) return fail(std::move(found.error()));
  Hold hold = make_hold(std::move(call), options, clock->wall());
  hold.log_head = log_head();
  const auto text = sealed(hold, request);
  const Spending takes = spending(hold.call.call_id, hold.call.draws);
  const Spending* room_taken = takes.draws.empty() ? nullptr : &takes;
  if (auto stored = store->insert(hold, text ? &*text : nullptr, room_taken); !stored) {
    log::error("store_failed", {{"hold", hold.id}, {"error", stored.error().detail}});
    return fail(std::move(stored.error()));
  }
  const std::uint64_t watch = ++last_watch;
  std::vector<std::pair<std::uint64_t, Watcher>> watchers;
  watchers.emplace_back(watch, std::move(watcher));
  const HoldPtr opened = adopt(std::move(hold), std::move(watchers));
  later([this, opened] {
    metrics.opened(*opened);
    metrics.spent(opened->call.draws.size());
    log::event("held", {{"id", opened->id},
                        {"call", opened->call.call_id},
                        {"agent", opened->call.agent},
                        {"tool", opened->call.tool},
                        {"rule", opened->call.rule},
                        {"plan", opened->call.plan}});
    notifier->notify(Event::requested, opened);
  });
  return Attached{opened, watch, true};
}

void Desk::detach(const std::string& hold, std::uint64_t watch, bool client_cancelled) {
  const Entry* entry = state_->memory.find(hold);
  if (entry == nullptr) return;
  Entry left = *entry;
  if (std::erase_if(left.watchers, [&](const auto& watcher) { return watcher.first == watch; }) == 0) return;
  const HoldPtr known = left.hold;
  const bool was_last = left.watchers.empty();
  state_->memory.put(std::move(left));
  const Hold& now = *known;
  if (!was_last || now.call.asynchronous || now.ended()) return;
  // What a client says of a call that runs already changes nothing.
  const bool cancelled = client_cancelled && now.status != Status::released;
  const Step step = cancelled ? Step::cancel_wait : Step::detach;
  // Without the store it stays as it was, with nobody there to release it; the failure is logged.
  if (auto moved = state_->move(known, step); !moved) return;
}

}  // namespace holdfast::approvals
