#include "app/recover.hpp"

#include <fmt/format.h>

#include <future>
#include <vector>

#include "core/id.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "proxy/record_hold.hpp"
#include "receipts/intent.hpp"

namespace holdfast::app {
namespace {

constexpr std::size_t kEntry = 65'535;

Result<void> append_and_wait(receipts::Log* log, std::string kind, json::ObjectText members) {
  auto promise = std::make_shared<std::promise<Result<receipts::Appended>>>();
  auto done = promise->get_future();
  log->append(std::move(kind), std::move(members),
              [promise](Result<receipts::Appended> appended) { promise->set_value(std::move(appended)); });
  const auto appended = done.get();
  if (!appended) return fail(appended.error());
  return {};
}

json::ObjectText unknown_outcome() {
  json::ObjectText outcome;
  outcome.set("state", to_string(Ending::outcome_unknown));
  return outcome;
}

// The state its receipt names, or nothing when the log has no receipt of this call.
Result<std::optional<Ending>> recorded_ending(const receipts::Log& log, const std::string& call) {
  const auto receipts = log.list(call, 1, false);
  if (!receipts) return fail(receipts.error());
  if (receipts->empty()) return std::optional<Ending>();
  const auto document = json::parse(receipts->front().entry, {kEntry, 32});
  if (!document) return fail(Code::corrupt, "a receipt in the log cannot be read");
  const json::Value* outcome = document->root().find("outcome");
  const json::Value* state = outcome == nullptr ? nullptr : outcome->find("state");
  return state == nullptr ? std::optional(Ending::outcome_unknown) : parse_ending(state->text());
}

Result<void> close_intent(receipts::Log* log, const receipts::Intent& intent, const Clock& clock) {
  json::ObjectText members;
  members.set("id", make_uuid7(clock.wall()));
  if (intent.call.empty()) {
    members.set("what", "an intent record was damaged by the crash: one allowed call may have no receipt");
    return append_and_wait(log, "gap", std::move(members));
  }
  const auto recorded = recorded_ending(*log, intent.call);
  if (!recorded) return fail(recorded.error());
  if (*recorded) return {};
  log::warning("outcome_unknown", {{"call", intent.call}, {"tool", intent.tool}});
  json::ObjectText agent, request, decision;
  agent.set("id", intent.agent);
  request.set("tool", json::to_utf8(intent.tool));
  decision.set("effect", "allow");
  members.set("call", intent.call)
      .set("agent", agent)
      .set("request", request)
      .set("decision", decision)
      .set("outcome", unknown_outcome().set("start", unix_milliseconds(intent.at)));
  return append_and_wait(log, "receipt", std::move(members));
}

// The receipt repeats what the authorize entry says of the call, and points back at it.
Result<void> close_authorized(receipts::Log* log, const receipts::Log::Unanswered& open, const Clock& clock) {
  const auto stored = log->find(open.entry_id);
  if (!stored) return fail(stored.error());
  const auto document = json::parse(stored->entry, {kEntry, 32});
  if (!document) return fail(Code::corrupt, "an authorize entry in the log cannot be read");
  log::warning("outcome_unknown", {{"call", open.call}});
  json::ObjectText members, prev;
  prev.set("index", open.at.index).set("hash", open.at.leaf_hash);
  members.set("id", make_uuid7(clock.wall())).set("prev", prev).set("outcome", unknown_outcome());
  for (const char* name : {"call", "hold", "agent", "request", "decision", "approvals"}) {
    if (const json::Value* value = document->root().find(name))
      members.set_raw(name, json::to_canonical(*value));
  }
  return append_and_wait(log, "receipt", std::move(members));
}

// Released without `authorize` in the log: never sent, so the approval stands. Else the receipt tells, which
// close_authorized has written if the crash kept it away.
Result<void> settle_released(receipts::Log* log, approvals::Desk* desk, const approvals::Hold& hold) {
  const auto ending = recorded_ending(*log, hold.call.call_id);
  if (!ending) return fail(ending.error());
  if (*ending) return desk->finish(hold.id, **ending, std::nullopt, false);
  log::event("release_undone", {{"hold", hold.id}, {"call", hold.call.call_id}});
  return desk->unrelease(hold.id);
}

// Endings that were on disk at the store but not yet in the log. Only the newest can be: an ending is
// appended as soon as it is stored.
constexpr std::size_t kNewest = 1000;

Result<void> record_endings(receipts::Log* log, approvals::Desk* desk, const approvals::Options& roster,
                            WallTime since) {
  using approvals::Status;
  for (const Status status :
       {Status::rejected, Status::expired, Status::cancelled, Status::client_gone, Status::policy_changed}) {
    approvals::Desk::Query query;
    query.status = approvals::to_string(status);
    query.limit = kNewest;
    const auto page = desk->list(query);
    if (!page) return fail(page.error());
    for (const auto& hold : page->holds) {
      if (!hold->resolved_at || *hold->resolved_at < since) continue;
      const auto recorded = recorded_ending(*log, hold->call.call_id);
      if (!recorded) return fail(recorded.error());
      if (!*recorded) proxy::append_unreleased(log, *hold, roster);
    }
  }
  return {};
}

// When the previous run wrote last: the newest entry before this start's own.
WallTime last_written(const receipts::Log& log) {
  const auto newest = log.list("", 2, true);
  if (!newest || newest->size() < 2) return WallTime{};
  const auto document = json::parse((*newest)[1].entry, {kEntry, 32});
  const json::Value* at = document ? document->root().find("iat") : nullptr;
  if (at == nullptr) return WallTime{};
  return WallTime{std::chrono::seconds(std::stoll(std::string(at->text())))};
}

}  // namespace

Result<void> recover(const std::filesystem::path& data_dir, receipts::Log* log, approvals::Desk* desk,
                     const approvals::Options& roster, const Clock& clock) {
  const WallTime since = last_written(*log) - std::chrono::seconds(10);
  const auto intents = receipts::left_intents(data_dir);
  if (!intents) return fail(intents.error());
  for (const receipts::Intent& intent : *intents) {
    if (auto closed = close_intent(log, intent, clock); !closed) return closed;
  }
  for (const auto& open : log->unanswered()) {
    if (auto closed = close_authorized(log, open, clock); !closed) return closed;
  }
  for (const auto& hold : desk->released_without_ending()) {
    if (auto settled = settle_released(log, desk, *hold); !settled) return settled;
  }
  return record_endings(log, desk, roster, since);
}

}  // namespace holdfast::app
