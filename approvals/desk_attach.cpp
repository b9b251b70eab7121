// Joining, opening and leaving holds (03-calls "Identical", "When the client stops waiting").
#include <fmt/format.h>

#include <array>

#include "approvals/desk_state.hpp"
#include "approvals/plan.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::approvals {
namespace {

// Deeper than any body that was judged.
constexpr std::size_t kArgsDepth = 1024;

// 128 random bits: the one name of a hold that its agent learns.
std::string make_handle() {
  std::array<std::byte, 16> raw;
  fill_random(raw);
  return crypto::to_base64url({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

Hold make_hold(HeldCall call, const Plan& plan, const Options& options, WallTime now) {
  Hold hold;
  hold.id = make_uuid7(now);
  hold.handle = make_handle();
  hold.call = std::move(call);
  hold.version = 1;
  hold.required = plan.require;
  hold.from = plan.from;
  hold.created_at = now;
  hold.expires_at = now + plan.timeout.value_or(options.timeout);
  return hold;
}

}  // namespace

Result<Attached> Desk::attach(HeldCall call, Watcher watcher) {
  const State::Key key{call.agent, call.match_key};
  if (const Entry* known = state_->entry_of(key)) {
    const std::string id = known->hold->id;
    if (auto settled = state_->settle(id); !settled) return fail(std::move(settled.error()));
  }
  if (Entry* known = state_->entry_of(key)) {
    const Hold& hold = *known->hold;
    if (!hold.ended()) return state_->join(*known, call.asynchronous, std::move(watcher));
    if (hold.response && !hold.handed_over) return state_->hand_over(*known);
    if (hold.status == Status::rejected) return Attached{known->hold};
  }
  return state_->open_hold(std::move(call), std::move(watcher));
}

Result<Attached> Desk::State::join(Entry& entry, bool asynchronous, Watcher watcher) {
  const bool becomes_asynchronous = asynchronous && !entry.hold->call.asynchronous;
  if (entry.hold->detached || becomes_asynchronous) {
    Result<Hold> next = advance(*entry.hold, Step::attach);
    if (!next) return fail(std::move(next.error()));
    next->call.asynchronous = next->call.asynchronous || asynchronous;
    if (auto joined = commit(entry, std::move(*next)); !joined) return fail(std::move(joined.error()));
  }
  const std::uint64_t watch = ++last_watch;
  entry.watchers.emplace(watch, std::move(watcher));
  return Attached{entry.hold, watch};
}

Result<Attached> Desk::State::hand_over(Entry& entry) {
  Hold next = *entry.hold;
  next.handed_over = true;
  Result<HoldPtr> marked = commit(entry, std::move(next));
  if (!marked) return fail(std::move(marked.error()));
  return Attached{*marked, 0, false, true};
}

Result<void> Desk::State::may_open(const HeldCall& call) const {
  // Without a match key every call of an agent would be the same call.
  if (call.match_key.empty()) return fail(Code::internal, "a call without a match key cannot be held");
  if (!options.plans.contains(call.plan)) {
    return fail(Code::unavailable, fmt::format("there is no approval plan \"{}\"", call.plan));
  }
  const auto pending = pending_by_agent.find(call.agent);
  if (pending != pending_by_agent.end() && pending->second >= options.pending_per_agent) {
    return fail(Code::conflict,
                fmt::format("too many pending: agent \"{}\" has {} calls waiting for approval", call.agent,
                            pending->second));
  }
  // `args` is spliced into what approvers see, so it must be JSON.
  if (call.args.empty()) return {};
  if (auto parsed = json::parse(call.args, {call.args.size(), kArgsDepth}); !parsed) {
    return fail(Code::malformed,
                fmt::format("the arguments of {} are not JSON: {}", call.tool, parsed.error().detail));
  }
  return {};
}

Result<Attached> Desk::State::open_hold(HeldCall call, Watcher watcher) {
  if (auto may = may_open(call); !may) return fail(std::move(may.error()));
  const Plan& plan = options.plans.at(call.plan);
  Hold hold = make_hold(std::move(call), plan, options, clock->wall());
  if (auto stored = store->insert(hold); !stored) {
    log::error("store_failed", {{"hold", hold.id}, {"error", stored.error().detail}});
    return fail(std::move(stored.error()));
  }
  Entry& entry = adopt(std::move(hold));
  const std::uint64_t watch = ++last_watch;
  entry.watchers.emplace(watch, std::move(watcher));
  log::event("held", {{"id", entry.hold->id},
                      {"call", entry.hold->call.call_id},
                      {"agent", entry.hold->call.agent},
                      {"tool", entry.hold->call.tool},
                      {"rule", entry.hold->call.rule},
                      {"plan", entry.hold->call.plan}});
  notifier->notify(Event::requested, entry.hold);
  return Attached{entry.hold, watch, true};
}

void Desk::detach(const std::string& hold, std::uint64_t watch, bool client_cancelled) {
  Entry* entry = state_->entry(hold);
  if (entry == nullptr || entry->watchers.erase(watch) == 0) return;
  const Hold& now = *entry->hold;
  if (!entry->watchers.empty() || now.call.asynchronous || now.ended()) return;
  // What a client says of a call that runs already changes nothing.
  const bool cancelled = client_cancelled && now.status != Status::released;
  const Step step = cancelled ? Step::cancel_wait : Step::detach;
  // Without the store it stays as it was, with nobody there to release it; the failure is logged.
  if (auto moved = state_->move(*entry, step); !moved) return;
}

}  // namespace holdfast::approvals
