#include "proxy/pipeline.hpp"

#include <optional>

#include "core/id.hpp"
#include "net/offload.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/forward.hpp"
#include "proxy/held.hpp"
#include "proxy/judge.hpp"
#include "proxy/mcp/cancelled.hpp"
#include "proxy/permit.hpp"
#include "proxy/read_call.hpp"
#include "proxy/record.hpp"
#include "proxy/reply.hpp"
#include "proxy/room.hpp"

namespace holdfast::proxy {
namespace {

// --- deny
// -----------------------------------------------------------------------------------------------------------

net::task<void> refuse_and_record(Exchange* exchange, Answer* answer, Refusal refusal) {
  Outcome outcome;
  outcome.ending = refusal.ending;
  outcome.detail = refusal.detail;
  const auto recorded = co_await record_refusal(exchange, std::move(outcome));
  if (!recorded) refusal = {Ending::unavailable, recorded.error().detail};
  co_await refuse(exchange, answer, std::move(refusal));
}

// A request that is refused before any rule is asked. It is recorded when it was meant for an upstream.
net::task<void> refuse_unrecognised(Exchange* exchange, Answer* answer, Refused refused) {
  Refusal refusal{refused.ending, refused.detail, {}, {}, refused.http_status, 0};
  // The table knows the statuses of a caller who is not known; they differ between HTTP and MCP.
  if (refused.ending == Ending::unauthenticated) refusal.http_status = 0;
  if (exchange->is_mcp() && refused.ending == Ending::malformed) refusal.rpc_code = refused.rpc_code;
  exchange->decision.rule = {};
  if (exchange->request.upstream == nullptr || exchange->request.call.agent == nullptr) {
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  if (exchange->request.call.tool.empty()) exchange->request.call.tool = exchange->request.upstream->name;
  exchange->request.is_call = true;  // what leaves a receipt is a call, and its answer says which
  co_await refuse_and_record(exchange, answer, std::move(refusal));
}

// What cannot be recorded is not judged, held or sent. Not recorded either: the room that a full disk has
// left is for the calls that run.
net::task<void> refuse_unrecordable(Exchange* exchange, Answer* answer) {
  exchange->receipt_id.clear();
  exchange->decision.rule = {};
  Refusal refusal{Ending::unavailable, exchange->worker->shared->log->why_not_writable()};
  co_await refuse(exchange, answer, std::move(refusal));
}

net::task<void> deny(Exchange* exchange, Answer* answer) {
  if (exchange->decision.by_limit) {
    Refusal refusal{Ending::limited, limited_sentence(exchange->decision)};
    refusal.retry_after = limited_retry(*exchange);
    co_await refuse_and_record(exchange, answer, std::move(refusal));
    co_return;
  }
  Refusal refusal{Ending::policy_denied, std::string(exchange->decision.reason)};
  if (refusal.detail.empty()) refusal.detail = "The policy does not allow this call.";
  co_await refuse_and_record(exchange, answer, std::move(refusal));
}

// --- limits
// ------------------------------------------------------------------------------------------------------

// The decision on a call that draws on limits is known when they have been asked. What takes room is recorded
// before it leaves, so it is read whole. False: it has been answered.
net::task<bool> take_room(Exchange* exchange, Answer* answer) {
  auto read = plan_override_search(exchange->head, exchange->request);
  if (read) read = co_await read_whole(exchange);
  if (!read) {
    exchange->decision.effect = Effect::deny;  // for what it is, as if no rule had been asked
    co_await refuse_unrecognised(exchange, answer, std::move(read.error()));
    co_return false;
  }
  const auto judged = co_await judge_with_room(exchange->worker->shared, exchange);
  if (judged) co_return true;
  exchange->decision.effect = Effect::deny;
  co_await refuse_and_record(exchange, answer, Refusal{Ending::unavailable, judged.error().detail});
  co_return false;
}

// --- halted
// -------------------------------------------------------------------------------------------------------------

net::task<void> refuse_halted(Exchange* exchange, Answer* answer) {
  const Outcome halted = halted_outcome();
  co_await refuse_and_record(exchange, answer, Refusal{halted.ending, halted.detail});
}

// --- escalate
// -------------------------------------------------------------------------------------------------------

net::task<void> deny_unanswerable(Exchange* exchange, Answer* answer) {
  exchange->decision.effect = Effect::deny;
  Refusal refusal{Ending::policy_denied, "A call that needs approval must be a request with an id."};
  co_await refuse_and_record(exchange, answer, std::move(refusal));
}

net::task<void> escalate(Exchange* exchange, Answer* answer) {
  // What approvers see and what will be sent is the whole call, so it is read whole even if no rule asked for
  // it.
  auto read = plan_override_search(exchange->head, exchange->request);
  if (read) read = co_await read_whole(exchange);
  if (!read) {
    co_await refuse_unrecognised(exchange, answer, std::move(read.error()));
    co_return;
  }
  if (exchange->is_mcp() && !exchange->is_rpc_request()) {
    co_await deny_unanswerable(exchange, answer);
    co_return;
  }
  co_await hold_call(exchange, answer);
}

// --- allow: permit, record, forward, close
// --------------------------------------------------------------------------

// Whether an authorize entry is on the log before the first byte leaves (law 4); else it is an intent.
bool precommits(const Exchange& exchange) {
  return exchange.worker->shared->mode == receipts::Mode::strict || exchange.decision.precommit ||
         is_accounted(exchange.decision);
}

struct Recorded {
  std::optional<receipts::Appended> authorized;
  std::optional<std::uint32_t> intent;
};

Result<Recorded> leave_intent(Exchange* exchange) {
  const Shared& shared = *exchange->worker->shared;
  if (!shared.log->writable()) return fail(Code::unavailable, shared.log->why_not_writable());
  const Call& call = exchange->request.call;
  auto slot =
      exchange->worker->intents->record(exchange->call_id, call.agent->id, call.tool, exchange->started);
  if (!slot) return fail(slot.error());
  return Recorded{.authorized = {}, .intent = *slot};
}

net::task<Result<Recorded>> record(Exchange* exchange) {
  const Shared& shared = *exchange->worker->shared;
  if (shared.log->crowded()) {
    const bool room = co_await let_log_catch_up(exchange->worker);
    if (!room) co_return fail(Code::unavailable, "the receipt log cannot keep up with the calls");
  }
  if (!precommits(*exchange)) co_return leave_intent(exchange);
  if (!shared.log->writable()) co_return fail(Code::unavailable, shared.log->why_not_writable());
  auto labelling = label_agent(exchange);
  const auto labelled = co_await std::move(labelling);
  if (!labelled) co_return fail(labelled.error());
  auto authorized = co_await authorize(exchange, nullptr);
  if (!authorized) co_return fail(authorized.error());
  co_return Recorded{.authorized = *authorized, .intent = {}};
}

// One connection, one sending. A pooled connection that closed before it took a byte is tried once more.
net::task<Outcome> send_allowed(Exchange* exchange, Answer* answer) {
  // Before the connection is looked at, so that it is not older than it must be when it is written to.
  if (exchange->worker->in_company()) co_await exchange->worker->loop->turn().end();
  const net::Endpoint& endpoint = *exchange->request.upstream;
  Result<std::unique_ptr<net::HttpClient>> upstream = exchange->worker->pool.take_idle(endpoint);
  if (!*upstream) upstream = co_await exchange->worker->pool.dial(endpoint);
  for (int attempt = 0; upstream; ++attempt) {
    auto permit = exchange->request.is_call ? Permit::of_allow(exchange->decision, exchange->digest)
                                            : Permit::of_protocol(exchange->request);
    if (!permit) break;
    const bool reused = (*upstream)->reused();
    Outcome outcome = co_await forward(std::move(*permit), exchange, std::move(*upstream), answer);
    const bool again = outcome.ending == Ending::upstream_failed && reused && attempt == 0;
    if (!again) co_return outcome;
    upstream = co_await exchange->worker->pool.dial(endpoint);
  }
  Outcome failed;
  failed.ending = Ending::upstream_failed;
  failed.detail = upstream ? "The call has no permit." : upstream.error().detail;
  co_return failed;
}

net::task<void> allow(Exchange* exchange, Answer* answer) {
  const Shared& shared = *exchange->worker->shared;
  const bool first = precommits(*exchange);
  auto read = plan_override_search(exchange->head, exchange->request);
  // What has an authorize entry is buffered.
  const bool whole = first || exchange->request.needs_body;
  if (read && whole && (!exchange->buffered || exchange->request.set_aside))
    read = co_await read_whole(exchange);
  if (!read) {
    settle_account(exchange, false);
    exchange->decision.effect = Effect::deny;  // for what it is, as if no rule had been asked
    co_await refuse_unrecognised(exchange, answer, std::move(read.error()));
    co_return;
  }
  if (exchange->buffered || exchange->head.framing == net::Framing::none) {
    const crypto::Hash content = content_hash(exchange->request, exchange->body);
    exchange->digest = crypto::request_digest(components_of(exchange->request, content), exchange->nonce);
  }
  // An intent takes no time; what does is an authorize entry, or a log that is behind.
  auto recorded = Result<Recorded>();
  if (first || shared.log->crowded()) {
    recorded = co_await record(exchange);
  } else {
    recorded = leave_intent(exchange);
  }
  if (!recorded) {
    settle_unrecorded(exchange, recorded.error());
    co_await refuse_and_record(exchange, answer, Refusal{Ending::unavailable, recorded.error().detail});
    co_return;
  }
  const Outcome outcome = co_await send_allowed(exchange, answer);
  exchange->worker->metrics.sending_ended(*exchange, outcome.ending);
  settle_account(exchange, approvals::may_have_been_sent(outcome.ending));
  append_receipt(*exchange, nullptr, outcome, recorded->authorized, recorded->intent);
  if (outcome.ending != Ending::succeeded && !answer->closed()) {
    co_await refuse(exchange, answer, Refusal{outcome.ending, outcome.detail});
  }
}

// --- what is no call
// ------------------------------------------------------------------------------------------------

net::task<void> pass(Exchange* exchange, Answer* answer) {
  if (mcp::cancels_held(*exchange)) {
    // Nothing about a call that never went upstream is sent upstream.
    co_await answer->respond(202, {}, {});
    co_return;
  }
  if (is_halted(*exchange)) exchange->stops_work = mcp::cancels_sent(*exchange);
  if (is_halted(*exchange)) {
    const Outcome halted = halted_outcome();
    co_await refuse(exchange, answer, Refusal{halted.ending, halted.detail});
    co_return;
  }
  const Outcome outcome = co_await send_allowed(exchange, answer);
  exchange->worker->metrics.sending_ended(*exchange, outcome.ending);
  if (outcome.ending != Ending::succeeded && !answer->closed()) {
    co_await refuse(exchange, answer, Refusal{outcome.ending, outcome.detail});
  }
}

}  // namespace

net::task<void> handle(Exchange* exchange, Answer* answer) {
  const Clock& clock = *exchange->worker->shared->clock;
  exchange->started = clock.wall();
  exchange->added.read(clock.steady());
  exchange->call_id = make_uuid7(exchange->started);
  exchange->receipt_id = make_uuid7(exchange->started);
  exchange->nonce = crypto::make_nonce();
  exchange->begun = exchange->worker->shared->halts->count();

  auto recognised = recognise(exchange);
  const bool body_is_coming = exchange->request.needs_body && !exchange->buffered;
  if (recognised && body_is_coming) recognised = co_await read_whole(exchange);
  if (!recognised) {
    exchange->worker->metrics.unjudged(*exchange);
    co_await refuse_unrecognised(exchange, answer, std::move(recognised.error()));
    co_return;
  }
  if (!exchange->request.is_call) {
    co_await pass(exchange, answer);
    co_return;
  }
  if (!exchange->worker->shared->log->writable()) {
    co_await refuse_unrecordable(exchange, answer);
    co_return;
  }
  judge(exchange, body_is_coming ? clock.wall() : exchange->started);
  if (wants_room(exchange->decision) && !is_halted(*exchange)) {
    const bool judged = co_await take_room(exchange, answer);
    if (!judged) co_return;
  }
  exchange->worker->metrics.judged(*exchange);
  const bool denied = exchange->decision.effect == Effect::deny && !exchange->decision.by_limit;
  if (!denied && is_halted(*exchange)) {
    settle_account(exchange, false);
    co_await refuse_halted(exchange, answer);
    co_return;
  }
  switch (exchange->decision.effect) {
    case Effect::deny:
      co_await deny(exchange, answer);
      break;
    case Effect::escalate:
      co_await escalate(exchange, answer);
      break;
    case Effect::allow:
      co_await allow(exchange, answer);
      break;
  }
}

}  // namespace holdfast::proxy
