#include "proxy/record.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/id.hpp"
#include "core/log.hpp"
#include "net/offload.hpp"
#include "net/signal.hpp"
#include "proxy/entry_limits.hpp"
#include "proxy/record_hold.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::chrono::milliseconds kPause{5};
constexpr std::chrono::seconds kPatience{10};

void write_agent(json::SortedMembers& agent, const Exchange& exchange) {
  agent.set("auth", exchange.request.call.agent->authenticated_by).set("id", exchange.request.call.agent->id);
}

void write_request(json::SortedMembers& request, const Exchange& exchange, const std::string& digest) {
  request.set("bytes", exchange.buffered ? std::uint64_t{exchange.body.size()} : exchange.streamed)
      .set_if("digest", digest)
      .set("protocol", to_string(exchange.request.call.protocol))
      .set("target", target_text(exchange.request.target_uri))
      .set("tool", json::to_utf8(exchange.request.call.tool));
}

void write_decision(json::SortedMembers& decision, const Exchange& exchange) {
  decision.set("effect", to_string(exchange.decision.effect))
      .set("policy", exchange.request.snapshot->policy_digest)
      .set_if("reason", reason_text(exchange.decision.reason))
      .set_if("rule", exchange.decision.rule);
}

json::ObjectText common_members(const Exchange& exchange, const approvals::Hold* hold,
                                const std::string& digest) {
  json::ObjectText members;
  using Members = json::SortedMembers;
  members.set_object("agent", [&](Members& agent) { write_agent(agent, exchange); })
      .set("call", exchange.call_id)
      .set_object("decision", [&](Members& decision) { write_decision(decision, exchange); })
      .set_object("request", [&](Members& request) { write_request(request, exchange, digest); });
  if (hold != nullptr) {
    members.set("hold", hold->id);
    if (!hold->votes.empty())
      members.set_raw("approvals", approvals_text(*hold, *exchange.worker->shared->roster));
  }
  return members;
}

void write_outcome(json::SortedMembers& members, const Outcome& outcome) {
  if (outcome.end) members.set("end", unix_milliseconds(*outcome.end));
  members.set_if("raw", outcome.raw).set_if("response", outcome.response).set_if("sent", outcome.sent);
  if (outcome.start) members.set("start", unix_milliseconds(*outcome.start));
  members.set("state", to_string(outcome.ending));
  if (outcome.status != 0) members.set("status", outcome.status);
}

json::ObjectText plan_object(const approvals::Hold& hold) {
  json::ObjectText plan;
  plan.set("name", hold.call.plan)
      .set("require", hold.required)
      .set_raw("from", json::strings_text(hold.from));
  return plan;
}

void log_call(const Exchange& exchange, const Outcome& outcome) {
  const std::string status = std::to_string(outcome.status);
  log::frequent_event("call", {{"call", exchange.call_id},
                               {"agent", exchange.request.call.agent->id},
                               {"tool", exchange.request.call.tool},
                               {"decision", to_string(exchange.decision.effect)},
                               {"rule", exchange.decision.rule},
                               {"ending", to_string(outcome.ending)},
                               {"status", status}});
}

json::ObjectText receipt_members(const Exchange& exchange, const approvals::Hold* hold,
                                 const Outcome& outcome,
                                 const std::optional<receipts::Appended>& authorized) {
  // A streamed body's digest is complete only now; what was judged and what was sent are then the same
  // reading.
  json::ObjectText members =
      common_members(exchange, hold, exchange.digest.empty() ? outcome.sent : exchange.digest);
  members.set("id", exchange.receipt_id).set_object("outcome", [&](json::SortedMembers& object) {
    write_outcome(object, outcome);
  });
  if (authorized) {
    json::ObjectText prev;
    prev.set("index", authorized->index).set("hash", authorized->leaf_hash);
    members.set("prev", prev);
  }
  return members;
}

}  // namespace

net::task<bool> let_log_catch_up(Worker* worker) {
  const Shared& shared = *worker->shared;
  const SteadyTime deadline = shared.clock->steady() + kPatience;
  net::Signal pause(worker->loop);
  while (shared.log->crowded() && shared.clock->steady() < deadline)
    co_await pause.wait_until(shared.clock->steady() + kPause);
  co_return !shared.log->crowded();
}

Outcome halted_outcome() {
  Outcome outcome;
  outcome.ending = Ending::halted;
  outcome.detail = "Everything is halted by an operator; this call was not sent.";
  return outcome;
}

void append_authorize(const Exchange& exchange, const approvals::Hold* hold,
                      std::function<void(Result<receipts::Appended>)> done) {
  json::ObjectText members = common_members(exchange, hold, exchange.digest);
  members.set("id", make_uuid7(exchange.worker->shared->clock->wall()));
  if (hold != nullptr) members.set("plan", plan_object(*hold));
  exchange.worker->shared->log->append("authorize", std::move(members), std::move(done));
}

net::task<Result<receipts::Appended>> authorize(Exchange* exchange, approvals::HoldPtr hold) {
  auto start = [exchange, hold](auto done) { append_authorize(*exchange, hold.get(), std::move(done)); };
  co_return co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
}

void append_receipt(const Exchange& exchange, const approvals::Hold* hold, const Outcome& outcome,
                    const std::optional<receipts::Appended>& authorized,
                    std::optional<std::uint32_t> intent) {
  log_call(exchange, outcome);
  // Small enough to need no memory of its own: this runs for every call. What is not recorded, the log
  // reports.
  receipts::IntentFile* intents = exchange.worker->intents.get();
  exchange.worker->shared->log->append("receipt", receipt_members(exchange, hold, outcome, authorized),
                                       [intents, intent](const Result<receipts::Appended>& appended) {
                                         if (appended && intent) intents->clear(*intent);
                                       });
}

net::task<void> record_refusal(Exchange* exchange, Outcome outcome) {
  log_call(*exchange, outcome);
  auto start = [exchange,
                members = receipt_members(*exchange, nullptr, outcome, std::nullopt)](auto done) mutable {
    exchange->worker->shared->log->append("receipt", std::move(members), std::move(done));
  };
  const auto appended = co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
  if (!appended) exchange->receipt_id.clear();
}

}  // namespace holdfast::proxy
