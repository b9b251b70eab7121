#include "pdp/settle.hpp"

#include <utility>

#include "core/log.hpp"
#include "pdp/consume.hpp"
#include "pdp/outcome.hpp"
#include "pdp/record.hpp"
#include "pdp/room.hpp"
#include "proxy/record.hpp"
#include "proxy/room.hpp"
#include "proxy/stored.hpp"

namespace holdfast::pdp {
namespace {

using approvals::HoldPtr;
using approvals::Status;

// A no, unless somebody makes it a yes.
Verdict verdict_of(const Judged& judged, Ending ending, std::string detail) {
  Verdict verdict;
  verdict.effect = judged.decision.effect;
  verdict.ending = ending;
  verdict.detail = std::move(detail);
  verdict.call_id = judged.call.call_id;
  return verdict;
}

// A no that stands; recorded before it is said. It is a no also where the log takes none.
net::task<Verdict> refuse(Plane* plane, Judged* judged, Ending ending, std::string detail) {
  settle_room(plane, judged, false);
  auto closing = close(plane->context.shared, about(*judged), {ending, 0, false}, std::nullopt);
  const auto recorded = co_await std::move(closing);
  Verdict verdict = verdict_of(*judged, ending, std::move(detail));
  if (recorded) verdict.receipt_id = judged->call.receipt_id;
  co_return verdict;
}

// What cannot be recorded is not allowed. If the entry may be there, the next start takes it for a yes.
Verdict unrecorded(Plane* plane, Judged* judged, const Error& why) {
  end_labels(plane->context.shared, about(*judged));
  if (proxy::certainly_not_written(why)) settle_room(plane, judged, false);
  return verdict_of(*judged, Ending::unavailable, why.detail);
}

constexpr const char* kHalted = "Everything is halted by an operator; this call may not be made.";

bool is_halted(const Plane& plane, const Judged& judged) {
  return !plane.context.shared->halts->unmoved_since(judged.begun);
}

// Its outcome is promised: the log has it before it may be made, and its receipt comes with the outcome.
net::task<Verdict> open_allowed(Plane* plane, Judged* judged, OpenChecks::Place place) {
  auto authorizing = authorize(plane->context.shared, about(*judged));
  const auto authorized = co_await std::move(authorizing);
  if (!authorized) co_return unrecorded(plane, judged, authorized.error());
  if (is_halted(*plane, *judged)) {
    settle_room(plane, judged, false);
    end_labels(plane->context.shared, about(*judged));
    auto closing = close(plane->context.shared, about(*judged), {Ending::halted, 0, false}, *authorized);
    const auto recorded = co_await std::move(closing);
    Verdict halted = verdict_of(*judged, Ending::halted, kHalted);
    if (recorded) halted.receipt_id = judged->call.receipt_id;
    co_return halted;
  }
  settle_room(plane, judged, true);
  Verdict verdict = verdict_of(*judged, Ending::permitted, judged->call.reason);
  verdict.allowed = true;
  verdict.report_by = begin_waiting(plane, std::move(place), about(*judged), *authorized);
  co_return verdict;
}

net::task<Verdict> allow(Plane* plane, Judged* judged, Manner manner) {
  auto place = manner.reports ? plane->open.reserve() : std::nullopt;
  if (manner.reports && !place) {
    co_return co_await refuse(plane, judged, Ending::unavailable,
                              "Too many calls are waiting for their outcome.");
  }
  // Of a call whose outcome is not promised nobody knows when it will be over: its labels count from now.
  auto labelling =
      proxy::label_agent(plane->context.shared, judged->call.agent, proxy::labels_of(judged->decision),
                         manner.reports ? judged->call.call_id : std::string());
  const auto labelled = co_await std::move(labelling);
  if (!labelled) co_return unrecorded(plane, judged, labelled.error());
  if (manner.reports) co_return co_await open_allowed(plane, judged, std::move(*place));
  auto closing = close(plane->context.shared, about(*judged), {Ending::permitted, 0, false}, std::nullopt);
  const auto recorded = co_await std::move(closing);
  if (!recorded) co_return unrecorded(plane, judged, recorded.error());
  settle_room(plane, judged, true);
  // While it was recorded somebody may have thrown the switch: then it is a no of which the receipt says that
  // it might have been a yes.
  const bool halted = is_halted(*plane, *judged);
  Verdict verdict = verdict_of(*judged, halted ? Ending::halted : Ending::permitted,
                               halted ? std::string(kHalted) : judged->call.reason);
  verdict.allowed = !halted;
  verdict.receipt_id = judged->call.receipt_id;
  co_return verdict;
}

Ending ending_of(const approvals::NotAttached& why) {
  if (why.code == Code::conflict) return Ending::too_many_pending;
  if (why.code == Code::limited) return Ending::limited;
  if (why.code == Code::halted) return Ending::halted;
  return Ending::unavailable;
}

using AttachResult = tl::expected<approvals::Attached, approvals::NotAttached>;

// Nobody stays to wait: who wants to, waits for it by its id, or asks again.
net::task<AttachResult> attach(Plane* plane, approvals::HeldCall call) {
  proxy::Shared* shared = plane->context.shared;
  auto open = [desk = shared->desk, call = std::make_shared<approvals::HeldCall>(std::move(call))] {
    AttachResult attached = desk->attach(*call, [](const HoldPtr&) {});
    if (attached && attached->watch != 0) desk->detach(attached->hold->id, attached->watch, false);
    return attached;
  };
  auto asking = approvals::ask(shared->desk_queue, std::move(open));
  co_return co_await std::move(asking);
}

net::task<Verdict> refuse_unattached(Plane* plane, Judged* judged, approvals::NotAttached why) {
  const bool by_limit = judged->decision.by_limit && !why.lacking.empty();
  std::string detail = by_limit ? proxy::limited_sentence(judged->decision) : why.detail;
  auto refusing = refuse(plane, judged, ending_of(why), std::move(detail));
  Verdict verdict = co_await std::move(refusing);
  verdict.retry_after = std::chrono::ceil<std::chrono::seconds>(why.retry_after);
  co_return verdict;
}

Verdict pending(const Judged& judged, HoldPtr hold) {
  Verdict verdict = verdict_of(judged, Ending::approval_pending, judged.call.reason);
  if (verdict.detail.empty()) verdict.detail = "This call needs approval.";
  verdict.call_id = hold->call.call_id;
  verdict.hold = std::move(hold);
  return verdict;
}

Verdict ended(const Judged& judged, HoldPtr hold) {
  Verdict verdict = verdict_of(judged, *hold->ending, proxy::ending_sentence(*hold));
  verdict.call_id = hold->call.call_id;
  verdict.receipt_id = hold->call.receipt_id;
  verdict.hold = std::move(hold);
  return verdict;
}

// The same call again, approved: with this it is taken up, and nobody will tell how it ended.
net::task<Verdict> redeem(Plane* plane, Judged* judged, HoldPtr hold) {
  judged->decide(hold->call.draws);  // the room that it has
  auto consuming = consume(plane, judged, hold, Manner{.reports = false, .redeems = true});
  Taken taken = co_await std::move(consuming);
  Verdict verdict = verdict_of(*judged, taken.ending, std::move(taken.detail));
  verdict.effect = Effect::escalate;
  verdict.allowed = taken.allowed;
  verdict.call_id = hold->call.call_id;
  if (taken.allowed) verdict.receipt_id = hold->call.receipt_id;
  verdict.hold = std::move(hold);
  co_return verdict;
}

net::task<Verdict> escalate(Plane* plane, Judged* judged, Manner manner) {
  AttachResult attached = co_await attach(plane, judged->call);
  // A limit without room may be asked about, too, or denies.
  while (!attached && !attached.error().lacking.empty()) {
    proxy::judge_without(judged, attached.error().lacking, attached.error().retry_after);
    if (judged->decision.effect != Effect::escalate) break;
    attached = co_await attach(plane, judged->call);
  }
  if (!attached) co_return co_await refuse_unattached(plane, judged, attached.error());
  const HoldPtr hold = attached->hold;
  if (hold->ending) co_return ended(*judged, hold);
  const bool redeems = manner.redeems && hold->status == Status::approved;
  if (redeems) co_return co_await redeem(plane, judged, hold);
  co_return pending(*judged, hold);
}

net::task<Verdict> deny(Plane* plane, Judged* judged) {
  if (judged->decision.by_limit) {
    auto refusing = refuse(plane, judged, Ending::limited, proxy::limited_sentence(judged->decision));
    Verdict verdict = co_await std::move(refusing);
    verdict.retry_after = proxy::limited_retry(*judged);
    co_return verdict;
  }
  std::string detail = judged->call.reason;
  if (detail.empty()) detail = "The policy does not allow this call.";
  co_return co_await refuse(plane, judged, Ending::policy_denied, std::move(detail));
}

}  // namespace

net::task<Verdict> settle(Plane* plane, Judged judged, Manner manner) {
  const proxy::Shared& shared = *plane->context.shared;
  if (!shared.log->writable())
    co_return verdict_of(judged, Ending::unavailable, shared.log->why_not_writable());
  if (proxy::wants_room(judged.decision) && !is_halted(*plane, judged)) {
    auto asking = proxy::judge_with_room(plane->context.shared, &judged);
    const auto with_room = co_await std::move(asking);
    if (!with_room) {
      judged.decision.effect = Effect::deny;
      co_return co_await refuse(plane, &judged, Ending::unavailable, with_room.error().detail);
    }
  }
  const bool denied = judged.decision.effect == Effect::deny && !judged.decision.by_limit;
  if (!denied && is_halted(*plane, judged))
    co_return co_await refuse(plane, &judged, Ending::halted, kHalted);
  switch (judged.decision.effect) {
    case Effect::deny:
      co_return co_await deny(plane, &judged);
    case Effect::escalate:
      co_return co_await escalate(plane, &judged, manner);
    case Effect::allow:
      co_return co_await allow(plane, &judged, manner);
  }
  co_return verdict_of(judged, Ending::unavailable, "The call could not be judged.");
}

}  // namespace holdfast::pdp
