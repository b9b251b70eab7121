#include "pdp/consume.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "core/log.hpp"
#include "pdp/answer.hpp"
#include "pdp/described.hpp"
#include "pdp/outcome.hpp"
#include "pdp/record.hpp"
#include "proxy/consume.hpp"

namespace holdfast::pdp {
namespace {

using approvals::HoldPtr;
using approvals::Status;

constexpr const char* kHalted = "Everything is halted by an operator; the approval stands.";
constexpr const char* kChanging = "The configuration is being exchanged; the approval stands: try again.";
constexpr const char* kChanged = "The policy changed while this call was waiting; it may not be made.";

Taken no(Ending ending, std::string detail) {
  return {false, ending, std::move(detail), {}};
}

// The call of today's judgement under the name it was held by.
approvals::HeldCall renamed(approvals::HeldCall now, const approvals::HeldCall& held) {
  now.call_id = held.call_id;
  now.receipt_id = held.receipt_id;
  now.nonce = held.nonce;
  now.digest = held.digest;
  return now;
}

net::task<Taken> end_as_changed(proxy::Shared* shared, HoldPtr hold) {
  auto end_it = [desk = shared->desk, id = hold->id] {
    return desk->end(id, Status::policy_changed, "the policy no longer lets this call through");
  };
  auto ending = approvals::ask(shared->desk_queue, std::move(end_it));
  const auto ended = co_await std::move(ending);
  if (!ended) co_return no(Ending::unavailable, ended.error().detail);
  co_return no(Ending::policy_changed, kChanged);
}

// A hold is released only while somebody waits for it: whoever consumes it does, for that long.
Result<HoldPtr> watch_and_release(approvals::Desk* desk, const std::string& id, std::uint64_t* watch,
                                  const std::vector<std::string>& labels) {
  const auto attached = desk->watch(id, [](const HoldPtr&) {});
  if (!attached) return fail(attached.error());
  *watch = attached->watch;
  return desk->release(id, attached->hold->version, labels);
}

net::task<void> detach(proxy::Shared* shared, std::string id, std::uint64_t watch) {
  auto leave = [desk = shared->desk, id, watch] {
    desk->detach(id, watch, false);
    return true;
  };
  auto leaving = approvals::ask(shared->desk_queue, std::move(leave));
  co_await std::move(leaving);
}

Taken not_now(const proxy::Shared& shared) {
  return shared.halts->halted() ? no(Ending::halted, kHalted) : no(Ending::unavailable, kChanging);
}

Taken why_not(const proxy::Shared& shared, const Error& error) {
  if (error.code == Code::halted) return not_now(shared);
  if (error.code == Code::gone) return no(Ending::expired, error.detail);
  // It has moved on: the approval was taken, or is no more.
  const bool moved_on = error.code == Code::conflict || error.code == Code::not_found;
  return no(moved_on ? Ending::cancelled : Ending::unavailable, error.detail);
}

// Receipt and store, in this order; both durable. False: the next start does it.
net::task<bool> end(Plane* plane, About about, Ending ending, receipts::Appended authorized) {
  proxy::Shared* shared = plane->context.shared;
  const std::string id = about.hold->id;
  auto closing = close(shared, std::move(about), {ending, 0, false}, authorized);
  const auto recorded = co_await std::move(closing);
  if (!recorded) co_return false;
  auto finishing = finish_hold(shared, id, ending);
  co_return co_await std::move(finishing);
}

}  // namespace

net::task<Taken> consume(Plane* plane, Judged* judged, HoldPtr hold, Manner manner) {
  proxy::Shared* shared = plane->context.shared;
  if (shared->halts->halted() || shared->changing) co_return not_now(*shared);
  const bool same = judged->digest_with(hold->call.nonce) == hold->call.digest;
  if (!same || !proxy::still_lets_through(judged->decision, hold->call))
    co_return co_await end_as_changed(shared, hold);
  std::optional<OpenChecks::Place> place;
  if (manner.reports) {
    if (auto free = plane->open.reserve()) place.emplace(std::move(*free));
    if (!place) co_return no(Ending::unavailable, "Too many calls are waiting for their outcome.");
  }

  About about = pdp::about(*judged);
  about.call = renamed(judged->call, hold->call);
  about.effect = Effect::escalate;
  about.hold = hold;
  auto watch = std::make_shared<std::uint64_t>(0);
  proxy::Claim claim;
  claim.shared = shared;
  claim.judged_under = judged->snapshot;
  claim.begun = judged->begun;
  claim.release = [id = hold->id, watch, labels = proxy::labels_of(judged->decision)](approvals::Desk* desk) {
    return watch_and_release(desk, id, watch.get(), labels);
  };
  claim.authorize = [shared, &about](const HoldPtr& released, auto done) {
    about.hold = released;
    append_authorize(shared, about, std::move(done));
  };
  auto consuming = proxy::consume(std::move(claim));
  const auto consumed = co_await std::move(consuming);
  if (!consumed) {
    if (*watch != 0) co_await detach(shared, hold->id, *watch);
    co_return why_not(*shared, consumed.error());
  }
  if (!shared->halts->unmoved_since(judged->begun)) {
    co_await end(plane, std::move(about), Ending::halted, consumed->authorized);
    co_return no(Ending::halted, "Everything was halted at this moment; the call may not be made.");
  }
  plane->metrics.consumed();
  if (place) {
    Taken taken{true, Ending::permitted, {}, {}};
    taken.report_by = begin_waiting(plane, std::move(*place), std::move(about), consumed->authorized);
    co_return taken;
  }
  const bool ended = co_await end(plane, std::move(about), Ending::permitted, consumed->authorized);
  if (!ended) co_return no(Ending::unavailable, "What was decided could not be recorded.");
  co_return Taken{true, Ending::permitted, {}, {}};
}

namespace {

// 404, 409 or 410 for a hold that is not waiting to be consumed.
Response not_consumable(const approvals::Hold& hold) {
  if (hold.ending == Ending::expired) return problem(410, Ending::expired, "The approval ran out.");
  if (hold.ending) {
    return problem(409, *hold.ending,
                   fmt::format("Approval {} has ended: {}.", hold.id, approvals::resolution(hold)));
  }
  if (hold.status == Status::pending)
    return problem(409, Ending::approval_pending, fmt::format("Approval {} is not decided yet.", hold.id));
  return problem(409, Ending::cancelled, fmt::format("Approval {} was consumed before.", hold.id));
}

int status_of(Ending ending) {
  if (ending == Ending::halted || ending == Ending::unavailable) return 503;
  return ending == Ending::expired ? 410 : 409;
}

}  // namespace

net::task<Response> consume_check(Plane* plane, const Request* request) {
  proxy::Shared* shared = plane->context.shared;
  const approvals::HaltSwitch::Count begun = shared->halts->count();
  auto finding = find_check(shared, request->id);
  const auto found = co_await std::move(finding);
  if (!found) co_return control::problem(found.error());
  const HoldPtr hold = *found;
  if (hold->ending || hold->status != Status::approved) co_return not_consumable(*hold);
  auto snapshot = shared->snapshot.load();
  const auto described = read_description(hold->call.body, *snapshot, shared->clock->wall());
  if (!described) {  // its agent or its tool is gone
    auto ending = end_as_changed(shared, hold);
    const Taken changed = co_await std::move(ending);
    co_return problem(status_of(changed.ending), changed.ending, changed.detail);
  }
  Judged judged = judge(*described, std::move(snapshot), shared, begun, hold->call.draws);
  auto consuming = consume(plane, &judged, hold, Manner{.reports = true, .redeems = true});
  const Taken taken = co_await std::move(consuming);
  if (!taken.allowed) co_return problem(status_of(taken.ending), taken.ending, taken.detail);
  co_return consumed_answer(*hold, *taken.report_by);
}

}  // namespace holdfast::pdp
