#include "app/recover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "app/appending.hpp"
#include "app/close_calls.hpp"
#include "app/settle_spends.hpp"
#include "control/kill_switch.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "proxy/record_hold.hpp"

namespace holdfast::app {
namespace {

constexpr std::size_t kEntry = 65'535;
// Holds that are looked at together, and in memory while they are: for each page the log is read once.
constexpr std::size_t kPage = 4096;

// The state a receipt names. One we do not know is none that we could call sure.
Ending ending_of(const json::Value& receipt) {
  const json::Value* outcome = receipt.find("outcome");
  const json::Value* state = outcome == nullptr ? nullptr : outcome->find("state");
  if (state == nullptr) return Ending::outcome_unknown;
  return parse_ending(state->text()).value_or(Ending::outcome_unknown);
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
         ending == Ending::outcome_unknown || ending == Ending::halted || ending == Ending::permitted ||
         ending == Ending::failed;
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
      auto hold = desk->look_up(living[i]);
      if (!hold) return fail(hold.error());
      if (*hold == nullptr)
        return fail(Code::corrupt, fmt::format("the approvals store has lost hold {}", living[i]));
      page.push_back(std::move(*hold));
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
  if (auto closed = close_calls(data_dir, log, *desk, clock); !closed) return closed;
  if (auto settled = settle_spends(*log, desk); !settled) return settled;
  if (auto recorded = record_turns(log, desk); !recorded) return recorded;
  if (auto settled = settle_holds(log, desk); !settled) return settled;
  return record_endings(log, desk, roster);
}

}  // namespace holdfast::app
