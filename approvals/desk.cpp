#include "approvals/desk.hpp"

#include <fmt/format.h>

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
// A page takes no row more once its calls have so many bytes together: one of them may have a mebibyte.
constexpr std::size_t kPageBytes = 4 << 20;

// A response whose time is over may still stand in the store.
Result<HoldPtr> forgotten(Result<std::optional<Hold>> stored, const Options& options) {
  if (!stored) return fail(std::move(stored.error()));
  if (!*stored) return HoldPtr();
  (*stored)->response.reset();
  return present(std::move(**stored), options);
}

HoldPtr or_none(const Result<HoldPtr>& hold) {
  if (hold) return *hold;
  log::error("store_failed", {{"error", hold.error().detail}});
  return nullptr;
}

}  // namespace

Desk::Desk(std::unique_ptr<State> state) : state_(std::move(state)) {}
Desk::~Desk() = default;

Result<std::unique_ptr<Desk>> Desk::open(std::unique_ptr<ApprovalStore> store, Options options,
                                         Notifier* notifier, const Clock* clock,
                                         std::optional<crypto::SealKey> seal) {
  auto state =
      std::make_unique<State>(std::move(store), std::move(options), notifier, clock, std::move(seal));
  if (auto loaded = state->load(); !loaded) return fail(std::move(loaded.error()));
  if (auto read = state->load_turn(); !read) return fail(std::move(read.error()));
  if (auto resumed = state->resume(); !resumed) return fail(std::move(resumed.error()));
  state->stored_requests.clear();
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
  return memory.ids([](const Entry& entry) { return !entry.ended; });
}

Result<void> Desk::State::resume(const std::string& id) {
  Result<HoldPtr> hold = known(id);
  if (!hold) return fail(std::move(hold.error()));
  // Nobody is connected yet: what waited must ask again, and what ran is not running. What runs by itself
  // needs nobody.
  const bool by_itself = stored_requests.contains(id) && (*hold)->status != Status::released;
  if (!(*hold)->detached && !by_itself) {
    hold = move(std::move(*hold), Step::detach);
    if (!hold) return fail(std::move(hold.error()));
  }
  if (auto settled = settle(id); !settled) return settled;
  // At least once: the notifier leaves out whom it certainly reached.
  const Entry* found = memory.find(id);
  if (found != nullptr && found->status == Status::pending) {
    later([this, pending = *hold] { notifier->notify(Event::requested, pending); });
  }
  return {};
}

Result<void> Desk::State::load() {
  const WallTime now = clock->wall();
  if (auto dropped = store->drop_responses(now); !dropped) return dropped;
  auto mark = store->limit_mark();
  if (!mark) return fail(std::move(mark.error()));
  limit_time = LimitTime(clock, *mark);
  if (auto loaded = load_labels(); !loaded) return loaded;
  Result<std::vector<std::string>> requests = store->with_request();
  if (!requests) return fail(std::move(requests.error()));
  stored_requests.insert(requests->begin(), requests->end());
  for (std::string after;;) {
    Result<std::vector<Hold>> page = store->load(now, now - options.cooldown, after, kPiece);
    if (!page) return fail(std::move(page.error()));
    if (page->empty()) break;
    after = page->back().id;
    for (Hold& hold : *page) {
      if (auto readable = check_request(hold); !readable) return readable;
      metrics.came_back(*adopt(std::move(hold)));
    }
  }
  for (const std::string& id : stored_requests) {
    if (memory.find(id) != nullptr) continue;
    return fail(Code::corrupt,
                fmt::format("the approvals store has the request of hold {}, but not the hold", id));
  }
  return {};
}

Result<HoldPtr> Desk::look_up(const std::string& hold) const {
  if (state_->memory.find(hold) != nullptr) return state_->known(hold);
  return forgotten(state_->store->find(hold), state_->options);
}

HoldPtr Desk::find(const std::string& hold) const {
  return or_none(look_up(hold));
}

HoldPtr Desk::find_by_handle(const std::string& handle) const {
  const Entry* entry = state_->memory.find_by_handle(handle);
  return entry != nullptr ? find(std::string(entry->id))
                          : or_none(forgotten(state_->store->find_by_handle(handle), state_->options));
}

Result<Desk::Page> Desk::list(const Query& query) const {
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  Page page;
  StoreQuery piece{query.status, query.agent, query.tool, query.cursor, kPiece, kPageBytes};
  std::size_t bytes = 0;  // on the page
  for (std::size_t scanned = 0; scanned < kMaxScan;) {
    Result<std::vector<Hold>> rows = state_->store->list(piece);
    if (!rows) return fail(std::move(rows.error()));
    std::size_t read = 0;
    for (Hold& row : *rows) {
      // The page is full and there is more: the cursor is the last id the caller has seen or may not see.
      if (page.holds.size() == limit || bytes >= kPageBytes) {
        page.next = piece.before;
        return page;
      }
      piece.before = row.id;
      read += row.call.size();
      if (!query.approver.empty() && !may_vote(row, state_->options, query.approver)) continue;
      bytes += row.call.size();
      page.holds.push_back(present(std::move(row), state_->options));
    }
    if (rows->size() < kPiece && read < kPageBytes) return page;
    scanned += rows->size();
  }
  page.next = piece.before;
  return page;
}

std::vector<std::string> Desk::without_ending() const {
  return state_->living();
}

std::vector<std::string> Desk::to_run() const {
  return state_->memory.ids([](const Entry& entry) {
    return entry.status == Status::approved && !entry.ended && entry.asynchronous;
  });
}

void Desk::on_run(std::function<void(const std::string&)> run) {
  state_->to_run = std::move(run);
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
  Options before = std::exchange(state_->options, std::move(options));
  if (state_->in_group && !state_->before_group) state_->before_group = std::move(before);
  state_->later([state = state_.get()] { state->show_labels(); });
  // Of the others it is reckoned when they are read.
  for (const std::string& id : state_->memory.ids([](const Entry& entry) { return entry.hold != nullptr; })) {
    Entry same = *state_->memory.find(id);
    same.hold = present(*same.hold, state_->options);
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
  if (entry == nullptr || entry->hold == nullptr) return;
  Hold next = *entry->hold;
  if (std::find(next.notified.begin(), next.notified.end(), approver) != next.notified.end()) return;
  next.notified.push_back(approver);
  Entry changed = *entry;
  changed.hold = std::make_shared<const Hold>(std::move(next));
  state_->memory.put(std::move(changed));
}

}  // namespace holdfast::approvals
