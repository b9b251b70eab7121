// What a desk keeps in memory, and the one way a hold changes. Of approvals/desk*.cpp only. Desk thread only.
//
// In memory: holds without an ending, those whose response is kept, and what was rejected or cancelled
// undecided within the cool-down. Everything else is in the store alone. Memory changes only after the store
// did.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "approvals/deadline_book.hpp"
#include "approvals/desk.hpp"
#include "approvals/hold_machine.hpp"
#include "approvals/store.hpp"

namespace holdfast::approvals {

struct Entry {
  HoldPtr hold;
  std::map<std::uint64_t, Watcher> watchers;
  // The deadlines of this hold on this boot's clocks, fixed when they began.
  Deadline expires;
  Deadline redeem;
  Deadline kept;  // of a response, or of the cool-down
};

// What is written together with a step.
struct With {
  const Vote* vote = nullptr;
  const CallbackRecord* callback = nullptr;
  bool response = false;
  const std::string* request = nullptr;
};

// Cancelled while people were being asked: for the time of the cool-down it counts as if they still were, or
// an agent could ask and cancel without end.
[[nodiscard]] bool withdrawn(const Hold& hold);

struct Desk::State {
  State(std::unique_ptr<ApprovalStore> approval_store, Options given, Notifier* to_notify,
        const Clock* two_clocks, std::optional<crypto::SealKey> seal_key)
      : store(std::move(approval_store)),
        options(std::move(given)),
        notifier(to_notify),
        clock(two_clocks),
        seal(std::move(seal_key)) {}

  using Key = std::pair<std::string, std::string>;  // agent, match key
  static Key key_of(const Hold& hold) { return {hold.call.agent, hold.call.match_key}; }
  using ToolOfAgent = std::pair<std::string, std::string>;  // agent, tool

  // Null when it is not in memory.
  [[nodiscard]] Entry* entry(const std::string& id);
  [[nodiscard]] Entry* entry_of(const Key& key);
  // The error for a hold that is not in memory: not_found, or conflict naming how it ended.
  [[nodiscard]] Error absent(const std::string& id) const;
  // The same for who wants to vote: forbidden comes first.
  [[nodiscard]] Error absent_for(const std::string& id, const std::string& approver) const;
  [[nodiscard]] static Error not_asked(const std::string& id, const std::string& approver);
  // Whether a living hold's deadline has passed, settled or not.
  [[nodiscard]] bool late(const std::string& id);

  // Takes a hold that is in the store into memory.
  Entry& adopt(Hold hold);
  // Writes `next` over the hold of `entry` by compare-and-set, then puts it in memory, tells watchers and
  // approvers. On an error nothing has changed. `entry` may be gone afterwards; the hold returned is not.
  Result<HoldPtr> commit(Entry& entry, Hold next, const With& with = {});
  // advance() and commit().
  Result<HoldPtr> move(Entry& entry, Step step);

  // Every hold that is alive comes back detached, is settled, and is announced again if it is pending.
  Result<void> resume();

  // `request`: not null when an asynchronous call is to be stored.
  Result<Attached> attach(HeldCall call, Watcher watcher, const std::string* request);
  Result<Attached> join(Entry& entry, bool asynchronous, Watcher watcher, const std::string* request);
  // The stored answer, marked as given before it is given.
  Result<Attached> hand_over(Entry& entry);
  Result<Attached> open_hold(HeldCall call, Watcher watcher, const std::string* request);
  Result<void> may_open(const HeldCall& call) const;
  // How long until this agent may ask for this tool again; zero: now.
  [[nodiscard]] std::chrono::milliseconds limited_for(const ToolOfAgent& key) const;
  // Nothing when there is nothing to seal, or no key.
  [[nodiscard]] std::optional<std::string> sealed(const Hold& hold, const std::string* request) const;
  // Every request that is stored can be read.
  Result<void> check_requests() const;
  Result<std::string> open_request(const Hold& hold) const;

  // A vote that counts, and the hold it makes; nothing is written yet.
  struct Cast {
    Entry* entry = nullptr;
    Vote vote;
    Hold next;
  };
  Result<Cast> cast(const VoteRequest& request);

  // If a deadline of this hold has passed, ends it durably. `entry` may be gone afterwards: look it up again.
  Result<void> settle(const std::string& id);
  // The same for every hold; false when the store refused one.
  bool settle_due();
  // Sets the deadline of its status; false when there is nothing more to keep it in memory for.
  bool arm(Entry& entry);
  void drop(const std::string& id);
  void count(const Hold& hold, int by);
  void announce(const Hold& before, const HoldPtr& hold);
  void fix_deadlines(Entry& entry, const Hold* before);

  // How the kill switch stands, after a start.
  Result<void> load_turn();
  // Writes the next turn.
  Result<void> turn_to(bool halted, const HaltOrder& order);

  const std::unique_ptr<ApprovalStore> store;
  Options options;
  Notifier* const notifier;
  const Clock* const clock;
  const std::optional<crypto::SealKey> seal;

  std::unordered_map<std::string, Entry> holds;
  std::unordered_map<std::string, std::string> ids_by_handle;
  std::map<Key, std::string> ids_by_key;                    // the newest hold of that key
  std::unordered_map<std::string, int> waiting_by_agent;    // pending, or cancelled undecided
  std::map<ToolOfAgent, std::set<std::string>> rejections;  // ids
  DeadlineBook deadlines;
  std::function<std::string()> log_head = [] { return std::string(); };
  Metrics metrics;
  std::uint64_t last_watch = 0;
  SteadyTime next_purge{};

  HaltSwitch halts;
  std::optional<HaltTurn> turn;          // the newest in the store
  std::optional<HaltOrder> unkept_halt;  // thrown, but the store did not take it
};

}  // namespace holdfast::approvals
