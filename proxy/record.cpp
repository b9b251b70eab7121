#include "proxy/record.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/id.hpp"
#include "core/log.hpp"
#include "net/offload.hpp"
#include "net/signal.hpp"
#include "policy/limits.hpp"
#include "proxy/call_members.hpp"
#include "proxy/entry_limits.hpp"
#include "proxy/record_hold.hpp"
#include "proxy/redact.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::chrono::milliseconds kPause{5};
constexpr std::chrono::seconds kPatience{10};

using Members = json::SortedMembers;

bool shows_amount(const Draw& draw, const Tool* tool) {
  if (draw.amount.empty()) return false;
  const std::string_view summed = policy::summed_field(draw);
  return summed.empty() || tool == nullptr || tool->redact.empty() || !may_tell(summed, *tool);
}

void write_agent(Members& members, const Agent& agent) {
  members.set_word("auth", agent.authenticated_by).set("id", agent.id);
}

void write_decision(Members& members, const Exchange& exchange) {
  const Decision& decision = exchange.decision;
  members.set_word("effect", to_string(decision.effect));
  if (!decision.add_labels.empty()) members.set_raw("labels", labels_text(decision));
  if (!exchange.seen.items.empty()) members.set_raw("labels_seen", labels_text(exchange.seen));
  if (!decision.draws.empty() || !decision.wants.empty())
    members.set_raw("limits", limits_text(decision, exchange.request.match.tool));
  members.set_word("policy", exchange.request.snapshot->policy_digest);
  if (!decision.reason.empty()) members.set_repaired("reason", reason_that_fits(decision.reason));
  if (!decision.rule.empty()) members.set("rule", decision.rule);
  if (decision.shadow) {
    members.set_object("shadow", [&](Members& shadow) {
      shadow.set_word("effect", to_string(decision.shadow->effect)).set("rule", decision.shadow->rule);
    });
  }
}

void write_outcome(Members& members, const Outcome& outcome) {
  if (outcome.end) members.set("end", unix_milliseconds(*outcome.end));
  if (!outcome.injected.empty()) members.set_raw("injected", outcome.injected);
  if (outcome.raw) members.set_hex("raw", *outcome.raw);
  if (outcome.response) members.set_hex("response", *outcome.response);
  if (!outcome.sent.empty()) members.set_word("sent", outcome.sent);
  if (outcome.start) members.set("start", unix_milliseconds(*outcome.start));
  members.set_word("state", to_string(outcome.ending));
  if (outcome.status != 0) members.set("status", std::int64_t{outcome.status});
}

void write_request(Members& members, const Exchange& exchange, std::string_view digest) {
  members.set("bytes", exchange.buffered ? std::uint64_t{exchange.body.size()} : exchange.streamed);
  if (!digest.empty()) members.set_word("digest", digest);
  members.set_word("protocol", to_string(exchange.request.call.protocol));
  const bool hidden = redacts(exchange.request);
  const std::string redacted = hidden ? redacted_target(exchange.request) : std::string();
  const std::string& target = hidden ? redacted : exchange.request.target_uri;
  if (target.size() <= kMaxTarget) {
    members.set_repaired("target", target);
  } else {
    members.set_word("target", target_text(target));
  }
  members.set_repaired("tool", exchange.request.call.tool);
}

// What an entry says beyond the call itself.
struct About {
  std::string_view id;
  const approvals::Hold* hold = nullptr;  // of a held call
  const Outcome* outcome = nullptr;       // of a receipt; an authorize entry of a held call has its plan
  const receipts::Appended* authorized = nullptr;  // the entry that a receipt answers
};

receipts::EntryText entry_of(const Exchange& exchange, std::string_view digest, const About& about) {
  const approvals::Hold* hold = about.hold;
  receipts::EntryText entry;
  entry.set_object("agent", [&](Members& members) { write_agent(members, *exchange.request.call.agent); });
  if (hold != nullptr && !hold->votes.empty())
    entry.set_raw("approvals", approvals_text(*hold, *exchange.request.snapshot->approvals));
  entry.set_word("call", exchange.call_id);
  entry.set_object("decision", [&](Members& members) { write_decision(members, exchange); });
  if (hold != nullptr) entry.set_word("hold", hold->id);
  entry.set_word("id", about.id);
  if (about.outcome != nullptr)
    entry.set_object("outcome", [&](Members& members) { write_outcome(members, *about.outcome); });
  if (about.outcome == nullptr && hold != nullptr) entry.set_raw("plan", plan_text(*hold));
  if (about.authorized != nullptr) {
    entry.set_object("prev", [&](Members& members) {
      members.set_hex("hash", about.authorized->leaf).set("index", about.authorized->index);
    });
  }
  entry.set_object("request", [&](Members& members) { write_request(members, exchange, digest); });
  return entry;
}

void log_call(const Exchange& exchange, const Outcome& outcome) {
  const fmt::format_int status(outcome.status);
  const WallTime at = outcome.end ? *outcome.end : exchange.worker->shared->clock->wall();
  log::frequent_event("call", at,
                      {{"call", exchange.call_id},
                       {"agent", exchange.request.call.agent->id},
                       {"tool", exchange.request.call.tool},
                       {"decision", to_string(exchange.decision.effect)},
                       {"rule", exchange.decision.rule},
                       {"ending", to_string(outcome.ending)},
                       {"status", {status.data(), status.size()}}});
}

receipts::EntryText receipt_of(const Exchange& exchange, const approvals::Hold* hold, const Outcome& outcome,
                               const receipts::Appended* authorized) {
  // A streamed body's digest is complete only now; what was judged and what was sent are then the same
  // reading.
  const crypto::DigestText& digest = exchange.digest.empty() ? outcome.sent : exchange.digest;
  return entry_of(exchange, digest, {exchange.receipt_id, hold, &outcome, authorized});
}

}  // namespace

std::string limits_text(const Decision& decision, const Tool* tool) {
  constexpr std::size_t kMost = 16;  // so that an entry always fits
  constexpr std::size_t kLongestAmount = 64;
  std::vector<std::string> limits;
  const auto add = [&](const std::vector<Draw>& draws, bool room) {
    for (const Draw& draw : draws) {
      if (limits.size() == kMost) return;
      json::ObjectText limit;
      if (shows_amount(draw, tool) && draw.amount.size() <= kLongestAmount) limit.set("amount", draw.amount);
      limits.push_back(limit.set("room", room).set("rule", draw.rule).text());
    }
  };
  add(decision.wants, false);
  add(decision.draws, true);
  return json::array_text(limits);
}

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
  const Uuid id = make_uuid7(exchange.worker->shared->clock->wall());
  exchange.worker->shared->log->append("authorize", entry_of(exchange, exchange.digest, {id, hold}),
                                       std::move(done));
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
  const auto done = [intents, intent](const Result<receipts::Appended>& appended) {
    if (appended && intent) intents->clear(*intent);
  };
  const receipts::EntryText receipt =
      receipt_of(exchange, hold, outcome, authorized ? &*authorized : nullptr);
  receipts::Log& log = *exchange.worker->shared->log;
  if (hold == nullptr) {
    log.append_unhurried("receipt", receipt, done);
  } else {
    log.append("receipt", receipt, done);  // the store is told its ending now, and the log is not to be late
  }
}

net::task<Result<void>> record_refusal(Exchange* exchange, Outcome outcome) {
  log_call(*exchange, outcome);
  auto start = [exchange, receipt = receipt_of(*exchange, nullptr, outcome, nullptr)](auto done) {
    exchange->worker->shared->log->append("receipt", receipt, std::move(done));
  };
  const auto appended = co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
  if (appended) co_return Result<void>();
  exchange->receipt_id.clear();
  co_return fail(appended.error());
}

}  // namespace holdfast::proxy
