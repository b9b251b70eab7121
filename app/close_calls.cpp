#include "app/close_calls.hpp"

#include <optional>
#include <string>
#include <utility>

#include "app/appending.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "receipts/intent.hpp"

namespace holdfast::app {
namespace {

constexpr std::size_t kEntry = 65'535;

json::ObjectText outcome_of(Ending ending) {
  json::ObjectText outcome;
  outcome.set("recovered", true).set("state", to_string(ending));
  return outcome;
}

Result<void> close_intent(receipts::Log* log, const receipts::Intent& intent, const Clock& clock) {
  json::ObjectText members;
  members.set("id", make_uuid7(clock.wall()));
  if (intent.call.empty()) {
    members.set("what", "an intent record was damaged by the crash: one allowed call may have no receipt");
    return append_and_wait(log, "gap", members);
  }
  const auto receipts = log->list(intent.call, 1, false);
  if (!receipts) return fail(receipts.error());
  if (!receipts->empty()) return {};
  log::warning("outcome_unknown", {{"call", intent.call}, {"tool", intent.tool}});
  json::ObjectText agent, request, decision;
  agent.set("id", intent.agent);
  request.set("tool", json::to_utf8(intent.tool));
  decision.set("effect", "allow");
  members.set("call", intent.call)
      .set("agent", agent)
      .set("request", request)
      .set("decision", decision)
      .set("outcome", outcome_of(Ending::outcome_unknown).set("start", unix_milliseconds(intent.at)));
  return append_and_wait(log, "receipt", members);
}

// The hold this authorize entry released; null when the store has none, or has it of another call.
Result<approvals::HoldPtr> released_by(const approvals::Desk& desk, const receipts::Log::Unanswered& open) {
  if (open.hold.empty()) return approvals::HoldPtr();
  auto hold = desk.look_up(open.hold);
  if (hold && *hold != nullptr && (*hold)->call.call_id != open.call) return approvals::HoldPtr();
  return hold;
}

// What the store says of the ending. Only behind a release: a store that is older than the log may have let
// the approval lapse, and that says nothing of what was sent.
std::optional<Ending> ending_of(const approvals::HoldPtr& hold) {
  if (hold == nullptr || hold->status != approvals::Status::released) return std::nullopt;
  return hold->ending;
}

json::ObjectText outcome_of(const approvals::HoldPtr& hold) {
  const std::optional<Ending> ending = ending_of(hold);
  json::ObjectText outcome = outcome_of(ending.value_or(Ending::outcome_unknown));
  // Of an MCP reply another form is kept than came back, under a status of ours.
  if (!ending || !hold->response || hold->call.protocol != "http") return outcome;
  const approvals::StoredResponse& response = *hold->response;
  outcome.set("status", response.status);
  if (response.complete) {
    const crypto::Hash mac = crypto::hmac_sha256(hold->call.nonce, response.body);
    outcome.set("response", crypto::to_hex(crypto::bytes_of(mac)));
  }
  return outcome;
}

void tell(const receipts::Log::Unanswered& open, std::optional<Ending> ending) {
  if (!ending) return log::warning("outcome_unknown", {{"call", open.call}});
  log::event("ending_recovered", {{"call", open.call}, {"hold", open.hold}, {"ending", to_string(*ending)}});
}

// The receipt repeats what the authorize entry says of the call, and points back at it. Its id is the one
// that the call's answer named, where the store knows it.
Result<void> close_authorized(receipts::Log* log, const approvals::Desk& desk,
                              const receipts::Log::Unanswered& open, const Clock& clock) {
  const auto stored = log->find(open.entry_id);
  if (!stored) return fail(stored.error());
  const auto document = json::parse(stored->entry, {kEntry, 32});
  if (!document) return fail(Code::corrupt, "an authorize entry in the log cannot be read");
  const auto hold = released_by(desk, open);
  if (!hold) return fail(hold.error());
  tell(open, ending_of(*hold));
  json::ObjectText members, prev;
  prev.set("index", open.at.index).set("hash", crypto::to_hex(crypto::bytes_of(open.at.leaf)));
  members.set("prev", prev).set("outcome", outcome_of(*hold));
  if (*hold != nullptr) {
    members.set("id", (*hold)->call.receipt_id);
  } else {
    members.set("id", make_uuid7(clock.wall()));
  }
  for (const char* name : {"call", "hold", "agent", "request", "decision", "approvals"}) {
    if (const json::Value* value = document->root().find(name))
      members.set_raw(name, json::to_canonical(*value));
  }
  return append_and_wait(log, "receipt", members);
}

}  // namespace

Result<void> close_calls(const std::filesystem::path& data_dir, receipts::Log* log,
                         const approvals::Desk& desk, const Clock& clock) {
  const auto intents = receipts::left_intents(data_dir);
  if (!intents) return fail(intents.error());
  for (const receipts::Intent& intent : *intents) {
    if (auto closed = close_intent(log, intent, clock); !closed) return closed;
  }
  for (const auto& open : log->unanswered()) {
    if (auto closed = close_authorized(log, desk, open, clock); !closed) return closed;
  }
  return {};
}

}  // namespace holdfast::app
