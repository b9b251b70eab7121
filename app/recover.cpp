#include "app/recover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "control/kill_switch.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "crypto/encoding.hpp"
#include "proxy/record_hold.hpp"
#include "receipts/intent.hpp"

namespace holdfast::app {
namespace {

constexpr std::size_t kEntry = 65'535;
// Holds that are looked at together, and in memory while they are: for each page the log is read once.
constexpr std::size_t kPage = 4096;

// An append under way: what to call when it is done, and where that arrives.
struct Appending {
  std::function<void(Result<receipts::Appended>)> done;
  std::future<Result<receipts::Appended>> appended;
};

Appending appending() {
  auto promise = std::make_shared<std::promise<Result<receipts::Appended>>>();
  auto appended = promise->get_future();
  return {[promise](Result<receipts::Appended> result) { promise->set_value(std::move(result)); },
          std::move(appended)};
}

Result<void> append_and_wait(receipts::Log* log, std::string kind, json::ObjectText members) {
  Appending waiting = appending();
  log->append(std::move(kind), std::move(members), std::move(waiting.done));
  const auto appended = waiting.appended.get();
  if (!appended) return fail(appended.error());
  return {};
}

json::ObjectText unknown_outcome() {
  json::ObjectText outcome;
  outcome.set("state", to_string(Ending::outcome_unknown));
  return outcome;
}

// The state a receipt names. One we do not know is none that we could call sure.
Ending ending_of(const json::Value& receipt) {
  const json::Value* outcome = receipt.find("outcome");
  const json::Value* state = outcome == nullptr ? nullptr : outcome->find("state");
  if (state == nullptr) return Ending::outcome_unknown;
  return parse_ending(state->text()).value_or(Ending::outcome_unknown);
}

Result<void> close_intent(receipts::Log* log, const receipts::Intent& intent, const Clock& clock) {
  json::ObjectText members;
  members.set("id", make_uuid7(clock.wall()));
  if (intent.call.empty()) {
    members.set("what", "an intent record was damaged by the crash: one allowed call may have no receipt");
    return append_and_wait(log, "gap", std::move(members));
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
  prev.set("index", open.at.index).set("hash", crypto::to_hex(crypto::bytes_of(open.at.leaf)));
  members.set("id", make_uuid7(clock.wall())).set("prev", prev).set("outcome", unknown_outcome());
  for (const char* name : {"call", "hold", "agent", "request", "decision", "approvals"}) {
    if (const json::Value* value = document->root().find(name))
      members.set_raw(name, json::to_canonical(*value));
  }
  return append_and_wait(log, "receipt", std::move(members));
}

// The endings the log has, by hold.
using Recorded = std::map<std::string, Ending, std::less<>>;

using Holds = std::vector<approvals::HoldPtr>;

// Every receipt of these holds. A hold says how many entries the log had when it was opened, so that no clock
// is asked how far back to read; one of another log's time may have its receipt anywhere in this one. Error
// besides those of reading: corrupt, the log is older than what the holds say of it.
Result<Recorded> recorded_of(const receipts::Log& log, const Holds& holds) {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const auto& hold : holds) {
    const auto size = log.size_at(hold->log_head);
    if (!size) return fail(size.error());
    first = std::min(first, size->value_or(0));
  }
  const auto receipts = log.list_held_since(first);
  if (!receipts) return fail(receipts.error());
  Recorded recorded;
  for (const receipts::Stored& stored : *receipts) {
    const auto document = json::parse(stored.entry, {kEntry, 32});
    const json::Value* hold = document ? document->root().find("hold") : nullptr;
    if (hold == nullptr) return fail(Code::corrupt, "a receipt in the log cannot be read");
    recorded.emplace(hold->text(), ending_of(document->root()));  // the newest stands
  }
  return recorded;
}

// Endings that stand behind an authorize entry: the approval was used up, whether or not a byte left.
bool was_spent(Ending ending) {
  return ending == Ending::succeeded || ending == Ending::upstream_failed ||
         ending == Ending::outcome_unknown || ending == Ending::halted;
}

// The log has this hold's receipt and the store no ending: it ends as the log says, so that no approval is
// used twice. A store that does not know of the release either is older than the log.
Result<void> end_as_recorded(approvals::Desk* desk, const approvals::Hold& hold, Ending ending) {
  if (hold.status != approvals::Status::released) {
    log::warning("store_behind_log",
                 {{"hold", hold.id}, {"call", hold.call.call_id}, {"ending", to_string(ending)}});
    if (!was_spent(ending)) {
      const std::string why =
          fmt::format("the receipt log says that this call ended as {}", to_string(ending));
      const auto ended = desk->end(hold.id, approvals::Status::cancelled, why);
      const bool over = ended || ended.error().code == Code::conflict || ended.error().code == Code::gone;
      return over ? Result<void>() : fail(ended.error());
    }
    if (auto found = desk->found_sent(hold.id); !found) return found;
  }
  return desk->finish(hold.id, was_spent(ending) ? ending : Ending::outcome_unknown, std::nullopt, false);
}

// Every authorize entry has its receipt by now. Released without one: never sent, so the approval stands.
Result<void> settle_page(receipts::Log* log, approvals::Desk* desk, const Holds& page) {
  const auto recorded = recorded_of(*log, page);
  if (!recorded) return fail(recorded.error());
  for (const auto& hold : page) {
    Result<void> settled;
    if (const auto receipt = recorded->find(hold->id); receipt != recorded->end()) {
      settled = end_as_recorded(desk, *hold, receipt->second);
    } else if (hold->status == approvals::Status::released && !log->size_at(hold->log_head)->has_value()) {
      // It was released under another log: that this one knows nothing proves nothing.
      settled = desk->finish(hold->id, Ending::outcome_unknown, std::nullopt, false);
    } else if (hold->status == approvals::Status::released) {
      log::event("release_undone", {{"hold", hold->id}, {"call", hold->call.call_id}});
      settled = desk->unrelease(hold->id);
    }
    if (!settled) return settled;
  }
  return {};
}

Result<void> settle_holds(receipts::Log* log, approvals::Desk* desk) {
  const std::vector<std::string> living = desk->without_ending();
  for (std::size_t from = 0; from < living.size(); from += kPage) {
    Holds page;
    for (std::size_t i = from; i < std::min(from + kPage, living.size()); ++i) {
      approvals::HoldPtr hold = desk->find(living[i]);
      if (hold == nullptr) {
        return fail(Code::unavailable, fmt::format("the approvals store cannot read hold {}", living[i]));
      }
      page.push_back(std::move(hold));
    }
    if (auto settled = settle_page(log, desk, page); !settled) return settled;
  }
  return {};
}

// One receipt each where there is none, durable before any is marked.
Result<void> record_page(receipts::Log* log, approvals::Desk* desk, const approvals::Options& roster,
                         const Holds& page, const Recorded& recorded) {
  std::vector<std::future<Result<receipts::Appended>>> under_way;
  for (const auto& hold : page) {
    if (recorded.contains(hold->id)) continue;
    Appending waiting = appending();
    proxy::append_unreleased(log, *hold, roster, std::move(waiting.done));
    under_way.push_back(std::move(waiting.appended));
  }
  for (auto& waiting : under_way) {
    if (const auto appended = waiting.get(); !appended) return fail(appended.error());
  }
  for (const auto& hold : page)
    desk->recorded(hold->id);
  return {};
}

// Endings that are in the store and perhaps not in the log: those of this start, those a crash kept from the
// log, and those of a time in which the log took nothing.
Result<void> record_endings(receipts::Log* log, approvals::Desk* desk, const approvals::Options& roster) {
  std::string after;
  while (true) {
    const auto page = desk->unrecorded_endings(after);
    if (!page) return fail(page.error());
    if (page->empty()) return {};
    const auto recorded = recorded_of(*log, *page);
    if (!recorded) return fail(recorded.error());
    if (auto done = record_page(log, desk, roster, *page, *recorded); !done) return done;
    after = page->back()->id;
  }
}

// Turns of the kill switch that the store has and the log perhaps not.
Result<void> record_turns(receipts::Log* log, approvals::Desk* desk) {
  const auto turns = desk->unrecorded_turns();
  if (!turns) return fail(turns.error());
  for (const approvals::HaltTurn& turn : *turns) {
    const auto known = log->find(turn.id);
    if (!known && known.error().code != Code::not_found) return fail(known.error());
    if (!known) {
      if (auto done = append_and_wait(log, "halt", control::halt_members(turn)); !done) return done;
    }
    desk->turn_recorded(turn.id);
  }
  return {};
}

}  // namespace

Result<void> recover(const std::filesystem::path& data_dir, receipts::Log* log, approvals::Desk* desk,
                     const approvals::Options& roster, const Clock& clock) {
  const auto intents = receipts::left_intents(data_dir);
  if (!intents) return fail(intents.error());
  for (const receipts::Intent& intent : *intents) {
    if (auto closed = close_intent(log, intent, clock); !closed) return closed;
  }
  for (const auto& open : log->unanswered()) {
    if (auto closed = close_authorized(log, open, clock); !closed) return closed;
  }
  if (auto recorded = record_turns(log, desk); !recorded) return recorded;
  if (auto settled = settle_holds(log, desk); !settled) return settled;
  return record_endings(log, desk, roster);
}

}  // namespace holdfast::app
