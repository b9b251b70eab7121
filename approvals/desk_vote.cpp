// Votes, and votes that come as signed callbacks (04-approvals).
#include <fmt/format.h>

#include <algorithm>

#include "approvals/desk_state.hpp"
#include "approvals/hold_json.hpp"
#include "approvals/plan.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {
namespace {

constexpr std::size_t kMaxReason = 1024;
constexpr std::string_view kOurIds = "hf_out_";

Result<void> check_form(const VoteRequest& request) {
  if (request.reason.size() > kMaxReason) return fail(Code::malformed, "the reason is longer than 1 KiB");
  if (json::to_utf8(request.reason) != request.reason)
    return fail(Code::malformed, "the reason is not UTF-8");
  if (request.act == Act::approve && request.digest.empty()) {
    return fail(Code::malformed, "an approval needs the digest of the call it approves");
  }
  return {};
}

// Whether this person may still vote on this hold, and votes on what it is.
Result<void> check_standing(const Hold& hold, const Options& options, const VoteRequest& request) {
  if (hold.status != Status::pending) {
    const std::string_view how = hold.ended() ? resolution(hold) : to_string(hold.status);
    return fail(Code::conflict, fmt::format("approval {} is already resolved: {}", hold.id, how));
  }
  if (has_voted(hold, options, request.approver))
    return fail(Code::conflict,
                fmt::format("{} has already voted on approval {}", request.approver, hold.id));
  if (!request.digest.empty() && request.digest != hold.call.digest) {
    return fail(Code::conflict,
                fmt::format("the digest is not that of approval {}: look at the call again", hold.id));
  }
  return {};
}

std::string replaced(const std::string& approver) {
  return fmt::format(
      "the credential of {} was replaced while this vote was on its way: vote again with the new one",
      approver);
}

// A refusal that would come out the same again; what the store could not do may go well the next time.
bool is_final(Code code) {
  return code == Code::malformed || code == Code::not_found || code == Code::forbidden ||
         code == Code::conflict || code == Code::gone;
}

}  // namespace

Result<Desk::State::Cast> Desk::State::cast(const VoteRequest& request) {
  if (auto good = check_form(request); !good) return fail(std::move(good.error()));
  if (auto settled = settle(request.hold); !settled) return fail(std::move(settled.error()));
  if (memory.find(request.hold) == nullptr) return fail(absent_for(request.hold, request.approver));
  Result<HoldPtr> found = known(request.hold);
  if (!found) return fail(std::move(found.error()));
  const Hold& hold = **found;
  if (!may_vote(hold, options, request.approver)) return fail(not_asked(hold.id, request.approver));
  if (auto good = check_standing(hold, options, request); !good) return fail(std::move(good.error()));

  Vote vote{request.approver, request.act,    request.reason,   clock->wall(),
            request.level,    request.method, request.evidence, request.credential};
  if (!stands(vote, options.approvers)) return fail(Code::forbidden, replaced(request.approver));
  Hold voted = hold;
  // One that she cast before, and that stands no more.
  std::erase_if(voted.votes, [&](const Vote& before) { return before.approver == request.approver; });
  voted.votes.push_back(vote);
  const Step step = vote.act == Act::reject      ? Step::rejection
                    : quorum_met(voted, options) ? Step::quorum
                                                 : Step::approval;
  Result<Hold> next = advance(voted, step);
  if (!next) return fail(std::move(next.error()));
  if (next->status == Status::approved) next->redeem_until = vote.at + options.redeem_ttl;
  if (next->ended()) next->resolved_at = vote.at;
  return Cast{std::move(*found), std::move(vote), std::move(*next)};
}

Error Desk::State::not_asked(const std::string& id, const std::string& approver) {
  return {Code::forbidden, fmt::format("{} is not an approver of {}", approver, id)};
}

Error Desk::State::absent_for(const std::string& id, const std::string& approver) const {
  const Result<std::optional<Hold>> stored = store->find(id);
  if (stored && *stored && !may_vote(**stored, options, approver)) return not_asked(id, approver);
  return absent(id);
}

Result<HoldPtr> Desk::vote(const VoteRequest& request) {
  Result<State::Cast> cast = state_->cast(request);
  if (!cast) return fail(std::move(cast.error()));
  return state_->commit(std::move(cast->before), std::move(cast->next), {&cast->vote});
}

Result<std::optional<CallbackAnswer>> Desk::replayed(const Callback& callback) {
  if (callback.id.starts_with(kOurIds)) {
    return fail(Code::malformed, "this webhook-id is one of ours: a notification is not a vote");
  }
  Result<std::optional<CallbackRecord>> record = state_->store->callback(callback.approver, callback.id);
  if (!record) return fail(std::move(record.error()));
  if (!*record) return std::optional<CallbackAnswer>();
  CallbackRecord& known = **record;
  if (known.body_hash != callback.body_hash) {
    log::warning("callback_reused", {{"approver", callback.approver}, {"webhook_id", callback.id}});
    return fail(Code::malformed, "this webhook-id came before with another body");
  }
  if (known.status == 0) return fail(known.code, std::move(known.body));
  return std::optional<CallbackAnswer>(CallbackAnswer{known.status, std::move(known.body)});
}

Result<CallbackAnswer> Desk::callback(const Callback& callback, const VoteRequest& request) {
  if (callback.approver != request.approver) {
    return fail(Code::internal, "a callback votes for whoever's secret signed it");
  }
  Result<std::optional<CallbackAnswer>> before = replayed(callback);
  if (!before) return fail(std::move(before.error()));
  if (*before) return std::move(**before);

  CallbackRecord record{callback.approver, callback.id, callback.body_hash, state_->clock->wall(), 0, {}, {}};
  Result<State::Cast> cast = state_->cast(request);
  if (!cast) {
    Error refusal = std::move(cast.error());
    if (!is_final(refusal.code)) return fail(std::move(refusal));
    record.code = refusal.code;
    record.body = refusal.detail;
    if (auto kept = state_->store->remember(record); !kept) return fail(std::move(kept.error()));
    return fail(std::move(refusal));
  }
  reckon(cast->next, state_->options);
  record.status = 200;
  record.body = to_callback_json(cast->next);
  if (auto done = state_->commit(std::move(cast->before), std::move(cast->next), {&cast->vote, &record});
      !done) {
    return fail(std::move(done.error()));
  }
  return CallbackAnswer{record.status, std::move(record.body)};
}

}  // namespace holdfast::approvals
