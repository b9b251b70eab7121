#include "approvals/desk.hpp"

#include <algorithm>

#include "approvals/desk_state.hpp"
#include "approvals/plan.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {
namespace {

// Pages are read in pieces of this many rows; a filter by approver looks at no more than kMaxScan of them.
constexpr std::size_t kPiece = 100;
constexpr std::size_t kMaxScan = 2000;
constexpr std::size_t kMaxPage = 500;

// The hold as it stands under today's roster.
HoldPtr present(Hold hold, const Options& options) {
  hold.pending_approvers = pending_approvers(hold, options);
  return std::make_shared<const Hold>(std::move(hold));
}

HoldPtr present(Result<std::optional<Hold>> stored, const Options& options) {
  if (!stored) {
    log::error("store_failed", {{"error", stored.error().detail}});
    return nullptr;
  }
  return *stored ? present(std::move(**stored), options) : nullptr;
}

}  // namespace

Desk::Desk(std::unique_ptr<State> state) : state_(std::move(state)) {}
Desk::~Desk() = default;

Result<std::unique_ptr<Desk>> Desk::open(std::unique_ptr<ApprovalStore> store, Options options,
                                         Notifier* notifier, const Clock* clock,
                                         std::optional<crypto::SealKey> seal) {
  auto state =
      std::make_unique<State>(std::move(store), std::move(options), notifier, clock, std::move(seal));
  const WallTime now = clock->wall();
  if (auto dropped = state->store->drop_responses(now); !dropped) return fail(std::move(dropped.error()));
  Result<std::vector<Hold>> stored = state->store->load(now, now - state->options.cooldown);
  if (!stored) return fail(std::move(stored.error()));
  // The living last: among the holds of one key the one that is alive is the one to join.
  for (const bool ended : {true, false}) {
    for (const Hold& hold : *stored) {
      if (hold.ended() == ended) state->metrics.came_back(*state->adopt(hold));
    }
  }
  if (auto readable = state->check_requests(); !readable) return fail(std::move(readable.error()));
  if (auto read = state->load_turn(); !read) return fail(std::move(read.error()));
  if (auto resumed = state->resume(); !resumed) return fail(std::move(resumed.error()));
  return std::unique_ptr<Desk>(new Desk(std::move(state)));
}

Result<void> Desk::State::resume() {
  Result<void> done;
  const auto each = [&] {
    done = {};
    for (const std::string& id : living()) {
      if (auto resumed = resume(id); !resumed) {
        done = fail(std::move(resumed.error()));
        return;
      }
    }
  };
  if (!together(each)) each();
  return done;
}

std::vector<std::string> Desk::State::living() const {
  std::vector<std::string> ids;
  for (const auto& [id, entry] : memory.all()) {
    if (!entry.hold->ended()) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<void> Desk::State::resume(const std::string& id) {
  // Nobody is connected yet: what waited must ask again, and what ran is not running.
  if (const Entry* found = memory.find(id); !found->hold->detached) {
    if (auto moved = move(*found, Step::detach); !moved) return fail(std::move(moved.error()));
  }
  if (auto settled = settle(id); !settled) return settled;
  // At least once: the notifier leaves out whom it certainly reached.
  const Entry* found = memory.find(id);
  if (found != nullptr && found->hold->status == Status::pending) {
    later([this, hold = found->hold] { notifier->notify(Event::requested, hold); });
  }
  return {};
}

HoldPtr Desk::find(const std::string& hold) const {
  const Entry* entry = state_->memory.find(hold);
  return entry != nullptr ? entry->hold : present(state_->store->find(hold), state_->options);
}

HoldPtr Desk::find_by_handle(const std::string& handle) const {
  const Entry* entry = state_->memory.find_by_handle(handle);
  return entry != nullptr ? entry->hold : present(state_->store->find_by_handle(handle), state_->options);
}

Result<Desk::Page> Desk::list(const Query& query) const {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  Page page;
  StoreQuery piece{query.status, query.agent, query.tool, query.cursor, kPiece};
  for (std::size_t scanned = 0; scanned < kMaxScan;) {
    Result<std::vector<Hold>> rows = state_->store->list(piece);
    if (!rows) return fail(std::move(rows.error()));
    for (Hold& row : *rows) {
      // The page is full and there is more: the cursor is the last id the caller has seen or may not see.
      if (page.holds.size() == limit) {
        page.next = piece.before;
        return page;
      }
      piece.before = row.id;
      if (!query.approver.empty() && !may_vote(row, state_->options, query.approver)) continue;
      page.holds.push_back(present(std::move(row), state_->options));
    }
    if (rows->size() < kPiece) return page;
    scanned += rows->size();
  }
  page.next = piece.before;
  return page;
}

std::vector<HoldPtr> Desk::without_ending() const {
  std::vector<HoldPtr> found;
  for (const std::string& id : state_->living())
    found.push_back(state_->memory.find(id)->hold);
  return found;
}

Result<std::vector<HoldPtr>> Desk::unrecorded_endings(const std::string& after) const {
  Result<std::vector<Hold>> rows = state_->store->unrecorded_endings(after, kPiece);
  if (!rows) return fail(std::move(rows.error()));
  std::vector<HoldPtr> found;
  for (Hold& row : *rows)
    found.push_back(present(std::move(row), state_->options));
  return found;
}

void Desk::recorded(const std::string& hold) {
  if (auto kept = state_->store->recorded(hold); !kept) {
    log::warning("record_not_marked", {{"hold", hold}, {"error", kept.error().detail}});
  }
}

const Metrics& Desk::metrics() const {
  return state_->metrics;
}

const Options& Desk::options() const {
  return state_->options;
}

void Desk::note_log(std::function<std::string()> head) {
  state_->log_head = std::move(head);
}

void Desk::set_options(Options options) {
  state_->options = std::move(options);
  for (const auto& [id, entry] : state_->memory.all()) {
    Entry same = entry;
    same.hold = present(*entry.hold, state_->options);
    state_->memory.put(std::move(same));
  }
}

void Desk::delivered(const std::string& hold, const std::string& approver) {
  if (auto kept = state_->store->delivered(hold, approver, state_->clock->wall()); !kept) {
    // It is sent again after a restart; the receiver knows it by its id.
    log::warning("delivery_not_recorded", {{"hold", hold}, {"error", kept.error().detail}});
    return;
  }
  const Entry* entry = state_->memory.find(hold);
  if (entry == nullptr) return;
  Hold next = *entry->hold;
  if (std::find(next.notified.begin(), next.notified.end(), approver) != next.notified.end()) return;
  next.notified.push_back(approver);
  Entry changed = *entry;
  changed.hold = std::make_shared<const Hold>(std::move(next));
  state_->memory.put(std::move(changed));
}

}  // namespace holdfast::approvals
