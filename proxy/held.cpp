#include "proxy/held.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "net/offload.hpp"
#include "proxy/asynchronous.hpp"
#include "proxy/held_call.hpp"
#include "proxy/held_parts.hpp"
#include "proxy/hold_watch.hpp"
#include "proxy/mcp/cancelled.hpp"
#include "proxy/record.hpp"
#include "proxy/release.hpp"
#include "proxy/reply.hpp"
#include "proxy/room.hpp"
#include "proxy/rung.hpp"
#include "proxy/stored.hpp"
#include "proxy/stored_request.hpp"
#include "proxy/waiting.hpp"

namespace holdfast::proxy {
namespace {

using approvals::HoldPtr;

using AttachResult = tl::expected<approvals::Attached, approvals::NotAttached>;

net::task<AttachResult> attach(Exchange* exchange, Rung rung, HoldWatchPtr watch) {
  Shared* shared = exchange->worker->shared;
  auto call = std::make_shared<approvals::HeldCall>(held_call(*exchange, rung.asynchronous));
  auto watcher = watcher_for(exchange->worker->loop->executor(), watch);
  std::string request = rung.asynchronous ? pack_request(*exchange) : std::string();
  auto open = [desk = shared->desk, call, watcher, request = std::move(request)] {
    return desk->attach(*call, watcher, request);
  };
  auto attached = co_await approvals::ask(shared->desk_queue, std::move(open));
  if (attached) {
    watch->watch = attached->watch;
    watch->update(attached->hold);
    // An identical request is the same call: it goes by the name it had when it was first held.
    exchange->call_id = watch->hold->call.call_id;
    exchange->receipt_id.clear();  // there is no receipt before the call has ended
  }
  co_return attached;
}

// An approved hold that was waited for until now is one that a halt keeps back.
Refusal waiting_refusal(const Exchange& exchange, const approvals::Hold& hold) {
  if (hold.status != approvals::Status::approved) return pending_refusal(exchange, hold);
  Refusal refusal{Ending::halted, {}, hold.id, hold.handle};
  refusal.detail =
      "This call is approved, but everything is halted by an operator. Once that is lifted, the same call "
      "runs if "
      "its approval still stands.";
  return refusal;
}

// The answer of a hold that has ended, for this caller: the stored response, or why there is none.
net::task<void> answer_ended(Exchange* exchange, Answer* answer, HoldPtr hold) {
  exchange->receipt_id = hold->call.receipt_id;
  if (hold->response && hold->ending == Ending::succeeded) {
    co_await answer_stored(exchange, answer, hold);
    co_return;
  }
  Refusal refusal{*hold->ending, ending_sentence(*hold), hold->id};
  if (hold->ending == Ending::succeeded) {
    refusal.ending = Ending::outcome_unknown;
    refusal.detail = "The call was run, but its response was not kept.";
  }
  co_await refuse(exchange, answer, std::move(refusal));
}

// Lets `notifications/cancelled` find this request until it is released; from then on it is the upstream's.
void listen_for_cancellation(Exchange* exchange, const HoldWatchPtr& watch) {
  if (!exchange->is_rpc_request() || watch->hold->status == approvals::Status::released) return;
  HeldRequests* held = &exchange->worker->shared->held;
  const HeldRequestName name = mcp::held_name(*exchange, exchange->request.message->id);
  const net::Executor loop = exchange->worker->loop->executor();
  const HeldRequests::Ticket ticket = held->add(name, [loop, weak = std::weak_ptr<HoldWatch>(watch)] {
    net::post_to(loop, [weak] {
      if (const auto waiting = weak.lock()) {
        waiting->client_cancelled = true;
        waiting->signal.set();
      }
    });
  });
  watch->stop_listening = [held, name, ticket] { return held->remove(name, ticket); };
}

Ending ending_of(const approvals::NotAttached& why) {
  if (why.code == Code::conflict) return Ending::too_many_pending;
  if (why.code == Code::limited) return Ending::limited;
  if (why.code == Code::halted) return Ending::halted;
  return Ending::unavailable;
}

net::task<void> refuse_unattached(Exchange* exchange, Answer* answer, approvals::NotAttached why) {
  const bool by_limit = exchange->decision.by_limit && !why.lacking.empty();
  Outcome outcome;
  outcome.ending = ending_of(why);
  outcome.detail = by_limit ? limited_sentence(exchange->decision) : why.detail;
  Refusal refusal{outcome.ending, outcome.detail};
  refusal.retry_after = std::chrono::ceil<std::chrono::seconds>(why.retry_after);
  const auto recorded = co_await record_refusal(exchange, std::move(outcome));
  if (!recorded) refusal = {Ending::unavailable, recorded.error().detail};
  co_await refuse(exchange, answer, std::move(refusal));
}

net::task<void> refuse_unkept(Exchange* exchange, Answer* answer, HoldPtr hold) {
  Refusal refusal{Ending::unavailable, "The call could not be kept while it waits.", hold->id};
  co_await refuse(exchange, answer, std::move(refusal));
}

}  // namespace

net::task<void> detach(Exchange* exchange, HoldWatchPtr watch) {
  if (watch->watch == 0) co_return;
  Shared* shared = exchange->worker->shared;
  auto leave = [desk = shared->desk, id = watch->hold->id, mark = watch->watch,
                cancelled = watch->client_cancelled] {
    desk->detach(id, mark, cancelled);
    return true;
  };
  watch->watch = 0;
  co_await approvals::ask(shared->desk_queue, std::move(leave));
}

Refusal pending_refusal(const Exchange& exchange, const approvals::Hold& hold) {
  Refusal refusal{Ending::approval_pending, {}, hold.id, hold.handle};
  refusal.detail =
      fmt::format("{}{}Waiting for approval (handle {}); call again with the same arguments.",
                  exchange.decision.reason, exchange.decision.reason.empty() ? "" : ". ", hold.handle);
  return refusal;
}

namespace {

// What a caller is told whose wait has ended without an approval; nothing when it is gone, or the hold has
// its ending.
std::optional<Refusal> refusal_of(WaitEnd end, const Exchange& exchange, const approvals::Hold& hold) {
  switch (end) {
    case WaitEnd::cancelled:
      return Refusal{Ending::cancelled, "The client cancelled this request.", hold.id};
    case WaitEnd::too_long:
    case WaitEnd::draining:
      return waiting_refusal(exchange, hold);
    case WaitEnd::ended:
    case WaitEnd::gone:
    case WaitEnd::approved:
      break;
  }
  return std::nullopt;
}

}  // namespace

// Its frame is there for as long as the call waits: one refusal has room in it.
net::task<void> wait_and_release(Exchange* exchange, Answer* answer, HoldWatchPtr watch, Rung rung) {
  const SteadyTime now = exchange->worker->shared->clock->steady();
  const SteadyTime until = rung.wait ? now + *rung.wait : SteadyTime::max();
  std::optional<Refusal> refusal;
  while (!refusal) {
    listen_for_cancellation(exchange, watch);
    const WaitEnd end = co_await wait_for_decision(exchange, answer, watch, rung.signs, until);
    if (end != WaitEnd::approved && watch->stop_listening) watch->stop_listening();
    if (end == WaitEnd::gone) {
      answer->set_client_lost();
      co_return;
    }
    if (end == WaitEnd::ended) {
      co_await answer_ended(exchange, answer, watch->hold);
      co_return;
    }
    refusal = refusal_of(end, *exchange, *watch->hold);
    if (refusal) break;
    // Ending the wait took a moment, in which another caller of this hold may have been faster.
    if (watch->hold->status != approvals::Status::approved) {
      if (watch->stop_listening) watch->stop_listening();
      continue;
    }
    const std::int64_t version = watch->hold->version;
    const ReleaseEnd released = co_await release_call(exchange, answer, watch);
    if (watch->stop_listening) watch->stop_listening();
    if (released == ReleaseEnd::not_there) answer->set_client_lost();
    if (released == ReleaseEnd::not_now) continue;  // it waits until that is over
    if (released != ReleaseEnd::moved_on) co_return;
    if (watch->hold->version == version) {
      // The desk refused and told of no change: waiting for one could last for ever.
      refusal =
          Refusal{Ending::unavailable, "The approval could not be used now; it stands.", watch->hold->id};
    }
  }
  co_await refuse(exchange, answer, std::move(*refusal));
}

net::task<void> hold_call(Exchange* exchange, Answer* answer) {
  const Rung rung = choose_rung(*exchange);
  auto watch = std::make_shared<HoldWatch>(exchange->worker->loop);
  auto attached = co_await attach(exchange, rung, watch);
  // A limit without room may be asked about, too, or denies.
  while (!attached && !attached.error().lacking.empty()) {
    judge_without(exchange, attached.error().lacking, attached.error().retry_after);
    if (exchange->decision.effect != Effect::escalate) break;
    attached = co_await attach(exchange, rung, watch);
  }
  if (!attached) {
    co_await refuse_unattached(exchange, answer, attached.error());
    co_return;
  }
  log::event(attached->created ? "held" : "attached",
             {{"call", exchange->call_id}, {"hold", watch->hold->id}, {"tool", exchange->request.call.tool}});
  if (watch->hold->ending) {
    co_await answer_ended(exchange, answer, watch->hold);
    co_await detach(exchange, watch);
    co_return;
  }
  if (rung.asynchronous) {
    co_await answer_later(exchange, answer, watch);
    co_return;
  }
  answer->keep(exchange->request.snapshot->approvals->result_max);
  if (stand_alone(exchange)) {
    co_await wait_and_release(exchange, answer, watch, rung);
  } else {
    co_await refuse_unkept(exchange, answer, watch->hold);
  }
  co_await detach(exchange, watch);
}

}  // namespace holdfast::proxy
