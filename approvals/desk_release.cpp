// Release and what follows, endings that are asked for, and the clock (03-calls "When an approved call
// runs").
#include <fmt/format.h>

#include "approvals/desk_state.hpp"
#include "approvals/plan.hpp"
#include "core/log.hpp"
#include "crypto/digest.hpp"

namespace holdfast::approvals {
namespace {

constexpr std::chrono::seconds kLongestTick{1};
constexpr std::chrono::minutes kPurge{1};
// Endings in one tick: who votes meanwhile waits for it.
constexpr std::size_t kMostAtOnce = 128;
// Longer than any signature is good for (crypto::kWebhookWindow).
constexpr std::chrono::hours kCallbacksKept{24};

std::optional<Step> step_of(Ending ending) {
  if (ending == Ending::succeeded) return Step::succeed;
  if (ending == Ending::upstream_failed) return Step::upstream_fail;
  if (ending == Ending::outcome_unknown) return Step::lose_outcome;
  if (ending == Ending::halted) return Step::halt;
  if (ending == Ending::permitted) return Step::permit;
  if (ending == Ending::failed) return Step::fail;
  if (ending == Ending::policy_changed) return Step::outdate;
  return std::nullopt;
}

std::optional<Step> step_of(Status status) {
  if (status == Status::cancelled) return Step::cancel;
  if (status == Status::policy_changed) return Step::change_policy;
  return std::nullopt;
}

// Over `max`, or beyond the room that is left, only status and digest are kept.
StoredResponse within(StoredResponse response, std::size_t max, std::size_t room) {
  if (response.digest.empty()) response.digest = crypto::digest_text(crypto::sha256(response.body));
  if (response.body.size() <= max && response.size() <= room && response.complete) return response;
  return {response.status, {}, {}, false, std::move(response.digest)};
}

}  // namespace

Result<HoldPtr> Desk::release(const std::string& hold, std::int64_t version,
                              const std::vector<std::string>& labels) {
  if (state_->late(hold)) {
    if (auto settled = state_->settle(hold); !settled) return fail(std::move(settled.error()));
    return fail(Code::gone, fmt::format("approval {} ran out before it was claimed", hold));
  }
  if (state_->halts.halted()) {
    return fail(Code::halted, fmt::format("everything is halted: approval {} stands, and is not used", hold));
  }
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  Result<Hold> next = advance(**known, Step::release);
  if (!next) return fail(std::move(next.error()));
  if ((*known)->version != version) {
    return fail(Code::conflict, fmt::format("approval {} has changed since it was looked at", hold));
  }
  if (quorum_met(**known, state_->options)) {
    next->log_head = state_->log_head();
    const std::string agent = (*known)->call.agent;
    const auto labelled = state_->write_labels(agent, labels);
    if (!labelled) return fail(labelled.error());
    Result<HoldPtr> released = state_->commit(std::move(*known), std::move(*next));
    state_->have_labels(agent, labels, released ? hold : std::string(), *labelled);
    return released;
  }

  Result<Hold> back = advance(**known, Step::quorum_lost);
  if (!back) return fail(std::move(back.error()));
  back->redeem_until.reset();
  if (auto gone_back = state_->commit(std::move(*known), std::move(*back)); !gone_back) return gone_back;
  if (auto settled = state_->settle(hold); !settled) return fail(std::move(settled.error()));
  return fail(Code::conflict, fmt::format("approval {} has lost its quorum: a vote no longer counts, because "
                                          "its approver or her credential was replaced",
                                          hold));
}

Result<void> Desk::unrelease(const std::string& hold) {
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  if (auto moved = state_->move(std::move(*known), Step::unrelease); !moved)
    return fail(std::move(moved.error()));
  labels_read(hold);
  return {};
}

Result<void> Desk::found_sent(const std::string& hold) {
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  if (auto moved = state_->move(std::move(*known), Step::found_sent); !moved)
    return fail(std::move(moved.error()));
  return {};
}

Result<void> Desk::finish(const std::string& hold, Ending ending, std::optional<StoredResponse> response,
                          bool client_lost) {
  const std::optional<Step> step = step_of(ending);
  if (!step) {
    return fail(Code::internal,
                fmt::format("a released call does not end as {}", holdfast::to_string(ending)));
  }
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  Result<Hold> next = advance(**known, *step);
  if (!next) return fail(std::move(next.error()));
  next->resolved_at = state_->clock->wall();
  // Those who are attached get it now; only who was promised it or lost it may ask for it again.
  const bool owed = next->call.asynchronous || client_lost;
  const bool kept = response && (owed || state_->memory.find(hold)->watchers.size() > 1);
  if (kept) {
    const std::size_t taken = state_->memory.responses();
    const std::size_t total = state_->options.result_total;
    next->response =
        within(std::move(*response), state_->options.result_max, total > taken ? total - taken : 0);
    next->response_until = *next->resolved_at + state_->options.result_ttl;
    next->handed_over = !owed;
  }
  const auto done = state_->commit(std::move(*known), std::move(*next), {nullptr, nullptr, kept});
  if (!done) return fail(done.error());
  labels_read(hold);
  if (kept && !(*done)->response->complete) {
    state_->later([hold, kept_bytes = state_->memory.responses()] {
      log::warning("response_not_kept", {{"hold", hold}, {"kept_bytes", std::to_string(kept_bytes)}});
    });
  }
  return {};
}

Result<HoldPtr> Desk::end(const std::string& hold, Status status, const std::string& reason) {
  const std::optional<Step> step = step_of(status);
  if (!step) return fail(Code::internal, fmt::format("nobody ends a hold as {}", to_string(status)));
  if (auto settled = state_->settle(hold); !settled) return fail(std::move(settled.error()));
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  Result<Hold> next = advance(**known, *step);
  if (!next) return fail(std::move(next.error()));
  next->resolved_at = state_->clock->wall();
  next->end_reason = reason;
  return state_->commit(std::move(*known), std::move(*next));
}

SteadyTime Desk::tick() {
  State& state = *state_;
  const SteadyTime latest = state.clock->steady() + kLongestTick;
  bool settled = true;
  const auto settle = [&] { settled = state.settle_due(kMostAtOnce); };
  if (!state.together(settle)) settle();
  if (state.clock->steady() >= state.next_purge) {
    state.next_purge = state.clock->steady() + kPurge;
    const WallTime now = state.clock->wall();
    for (const auto& purged :
         {state.store->drop_responses(now), state.store->forget_callbacks(now - kCallbacksKept),
          state.store->forget_spends(state.limit_time.now()), state.tidy_labels()}) {
      if (!purged) log::warning("purge_failed", {{"error", purged.error().detail}});
    }
  }
  if (!settled) return latest;
  return std::min(latest, state.memory.deadlines().next(*state.clock).value_or(latest));
}

}  // namespace holdfast::approvals
