#include "proxy/release.hpp"

#include "core/log.hpp"
#include "proxy/consume.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/forward.hpp"
#include "proxy/record.hpp"
#include "proxy/reply.hpp"

namespace holdfast::proxy {
namespace {

using approvals::HoldPtr;

constexpr std::chrono::milliseconds kConfirm{1000};

// The same call once more, under today's policy: null when it is not the call that was approved, or may not
// run.
std::unique_ptr<Exchange> judged_again(const Exchange& exchange, const approvals::Hold& hold,
                                       approvals::HaltSwitch::Count begun) {
  auto fresh = copy_for_later(exchange, exchange.worker->shared->snapshot.load(), hold.call.draws);
  if (!fresh || !fresh->request.is_call) return nullptr;
  // A token, or a listener, may be another agent's by now.
  if (fresh->request.call.agent->id != hold.call.agent) return nullptr;
  const crypto::Hash content = content_hash(fresh->request, fresh->body);
  fresh->begun = begun;
  fresh->nonce = hold.call.nonce;
  fresh->receipt_id = hold.call.receipt_id;
  fresh->digest = crypto::request_digest(components_of(fresh->request, content), hold.call.nonce);
  if (fresh->digest != hold.call.digest) return nullptr;
  if (!still_lets_through(fresh->decision, hold.call)) return nullptr;
  // A looser policy never releases by itself: what is sent is what was approved, as an escalated call.
  fresh->decision.effect = Effect::escalate;
  return fresh;
}

net::task<ReleaseEnd> policy_changed(Exchange* exchange, Answer* answer, HoldPtr hold) {
  approvals::Desk* desk = exchange->worker->shared->desk;
  auto end_it = [desk, id = hold->id] {
    return desk->end(id, approvals::Status::policy_changed, "the policy no longer lets this call through");
  };
  const auto ended = co_await approvals::ask(exchange->worker->shared->desk_queue, std::move(end_it));
  if (!ended && ended.error().code == Code::conflict) co_return ReleaseEnd::moved_on;
  Refusal refusal{Ending::policy_changed, "The policy changed while this call was waiting; it was not run.",
                  hold->id};
  co_await refuse(exchange, answer, std::move(refusal));
  co_return ReleaseEnd::refused;
}

net::task<ReleaseEnd> refuse_with(Exchange* exchange, Answer* answer, Ending ending, std::string why) {
  Refusal refusal{ending, std::move(why)};
  co_await refuse(exchange, answer, std::move(refusal));
  co_return ReleaseEnd::refused;
}

// The policy and the roster that this was judged by were replaced.
bool is_outdated(const Exchange& exchange) {
  return exchange.worker->shared->snapshot.load() != exchange.request.snapshot;
}

net::task<Result<Consumed>> consume_for(Exchange* exchange, HoldPtr approved) {
  Claim claim;
  claim.shared = exchange->worker->shared;
  claim.judged_under = exchange->request.snapshot;
  claim.begun = exchange->begun;
  claim.release = [hold = std::move(approved), labels = labels_of(exchange->decision)](
                      approvals::Desk* desk) { return desk->release(hold->id, hold->version, labels); };
  claim.authorize = [exchange](const HoldPtr& released, auto done) {
    append_authorize(*exchange, released.get(), std::move(done));
  };
  co_return co_await consume(std::move(claim));
}

net::task<void> finish_hold(Exchange* exchange, HoldPtr hold, Ending ending,
                            std::optional<approvals::StoredResponse> response, bool client_lost) {
  Shared* shared = exchange->worker->shared;
  auto finish = [desk = shared->desk, id = hold->id, ending, response, client_lost] {
    return desk->finish(id, ending, response, client_lost);
  };
  const auto finished = co_await approvals::ask(shared->desk_queue, std::move(finish));
  if (!finished) log::error("hold_not_finished", {{"hold", hold->id}, {"why", finished.error().detail}});
}

// Whoever may have left while the upstream was dialled.
net::task<bool> still_there(Exchange* exchange, Answer* answer, HoldWatchPtr watch) {
  if (exchange->client == nullptr) co_return true;
  const bool present = co_await exchange->client->confirm_present(answer->probe(), kConfirm);
  co_return present && !watch->client_gone;
}

// The approval is spent and the log knows; not a byte has left.
net::task<void> end_unsent(Exchange* exchange, Consumed consumed, std::string why) {
  Outcome outcome;
  outcome.ending = Ending::upstream_failed;
  outcome.detail = std::move(why);
  append_receipt(*exchange, consumed.hold.get(), outcome, consumed.authorized, std::nullopt);
  co_await finish_hold(exchange, consumed.hold, outcome.ending, std::nullopt, false);
}

net::task<void> send_released(Exchange* exchange, Answer* answer, Consumed consumed,
                              Result<std::unique_ptr<net::HttpClient>> upstream) {
  Outcome outcome;
  outcome.ending = Ending::upstream_failed;
  auto permit = Permit::of_release(*consumed.hold, exchange->digest);
  if (!permit) {
    outcome.detail = "The call is not the one that was approved; it was not sent.";
  } else if (!upstream) {
    outcome.detail = upstream.error().detail;
  } else if (is_outdated(*exchange)) {
    // Store, log and upstream took their time. Its approval is spent, and people are asked anew.
    outcome.ending = Ending::policy_changed;
    outcome.detail = "The policy changed at the moment this call was to be sent; it was not run.";
  } else {
    outcome = co_await forward(std::move(*permit), exchange, std::move(*upstream), answer);
  }
  exchange->worker->metrics.sending_ended(*exchange, outcome.ending);
  append_receipt(*exchange, consumed.hold.get(), outcome, consumed.authorized, std::nullopt);
  auto response = outcome.ending == Ending::succeeded ? answer->kept() : std::nullopt;
  co_await finish_hold(exchange, consumed.hold, outcome.ending, std::move(response), answer->client_lost());
  if (outcome.ending != Ending::succeeded && !answer->closed()) {
    Refusal refusal{outcome.ending, outcome.detail, consumed.hold->id};
    co_await refuse(exchange, answer, std::move(refusal));
  }
}

}  // namespace

net::task<ReleaseEnd> release_call(Exchange* exchange, Answer* answer, HoldWatchPtr watch) {
  Shared* shared = exchange->worker->shared;
  const HoldPtr hold = watch->hold;
  const approvals::HaltSwitch::Count begun = shared->halts->count();
  if (shared->halts->halted() || shared->changing) co_return ReleaseEnd::not_now;
  auto fresh = judged_again(*exchange, *hold, begun);
  if (!fresh) co_return co_await policy_changed(exchange, answer, hold);
  if (!shared->log->writable()) {
    co_return co_await refuse_with(exchange, answer, Ending::unavailable, shared->log->why_not_writable());
  }
  const net::Endpoint& endpoint = *fresh->request.upstream;
  auto upstream = co_await exchange->worker->pool.dial(endpoint);
  if (!upstream) {
    exchange->worker->metrics.sending_ended(*fresh, Ending::upstream_failed);
    co_return co_await refuse_with(exchange, answer, Ending::upstream_failed, upstream.error().detail);
  }
  if (!co_await still_there(exchange, answer, watch)) co_return ReleaseEnd::not_there;
  if (watch->client_cancelled) co_return ReleaseEnd::not_there;
  watch->releasing = true;
  auto consumed = co_await consume_for(fresh.get(), hold);
  watch->releasing = false;
  if (!consumed && consumed.error().code == Code::halted) co_return ReleaseEnd::not_now;
  if (!consumed && consumed.error().code == Code::unavailable) {
    co_return co_await refuse_with(exchange, answer, Ending::unavailable, consumed.error().detail);
  }
  if (!consumed) co_return ReleaseEnd::moved_on;
  // Store and log took their time, and an upstream hangs up on who says nothing: the approval is not lost for
  // that.
  if (!(*upstream)->fresh()) {
    upstream = co_await exchange->worker->pool.dial(endpoint);
    if (!co_await still_there(exchange, answer, watch)) {
      co_await end_unsent(fresh.get(), std::move(*consumed),
                          "the client left before a byte of the call was sent");
      co_return ReleaseEnd::not_there;
    }
  }
  // The last moment at which the client can take it back; what it cancels later is forwarded, behind the
  // call.
  if (watch->client_cancelled || (watch->stop_listening && !watch->stop_listening())) {
    co_await end_unsent(fresh.get(), std::move(*consumed),
                        "the client cancelled the call before a byte of it was sent");
    co_return ReleaseEnd::not_there;
  }
  fresh->client = exchange->client;
  exchange->receipt_id = fresh->receipt_id;
  co_await send_released(fresh.get(), answer, std::move(*consumed), std::move(upstream));
  co_return ReleaseEnd::answered;
}

}  // namespace holdfast::proxy
