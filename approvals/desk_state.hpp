// What a desk consists of, and the one way a hold changes. Of approvals/desk*.cpp only. Desk thread only.
//
// In memory (DeskMemory): holds without an ending, those whose response is kept, and what was rejected or
// cancelled undecided within the cool-down. Everything else, and the most of these, is in the store alone.
//
// A change goes in this order, and nothing of it can be seen from outside before its third step:
//   1. the store takes the write, whole or not at all; on its error the change has not happened
//   2. memory: the hold, its watchers, its deadline, what its agent is counted for
//   3. the store has committed
//   4. the effects, in the order of their changes: watchers, metrics, log lines, notices, the answer to
//      whoever asked
// An operation by itself commits with every write, 1 and 3 are one step. In a group (together()) the third
// step comes once, behind the first two of every operation; if it fails, memory is put back to what it was
// before the first of them, the effects are dropped, and each operation is carried out again by itself.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "approvals/desk.hpp"
#include "approvals/desk_memory.hpp"
#include "approvals/hold_machine.hpp"
#include "approvals/store.hpp"

namespace holdfast::approvals {

// What is written together with a step.
struct With {
  const Vote* vote = nullptr;
  const CallbackRecord* callback = nullptr;
  bool response = false;
  const std::string* request = nullptr;
};

// The hold as it stands under today's roster.
[[nodiscard]] HoldPtr present(Hold hold, const Options& options);

struct Desk::State {
  State(std::unique_ptr<ApprovalStore> approval_store, Options given, Notifier* to_notify,
        const Clock* two_clocks, std::optional<crypto::SealKey> seal_key)
      : store(std::move(approval_store)),
        options(std::move(given)),
        notifier(to_notify),
        clock(two_clocks),
        seal(std::move(seal_key)) {}

  using Key = DeskMemory::Key;
  using ToolOfAgent = DeskMemory::ToolOfAgent;

  // A hold that is in memory: as it is there, or, when nobody waits for it, from the store. Errors: those of
  // absent(); unavailable and corrupt, of the store.
  [[nodiscard]] Result<HoldPtr> known(const std::string& id) const;
  // The error for a hold that is not in memory: not_found, or conflict naming how it ended.
  [[nodiscard]] Error absent(const std::string& id) const;
  // The same for who wants to vote: forbidden comes first.
  [[nodiscard]] Error absent_for(const std::string& id, const std::string& approver) const;
  [[nodiscard]] static Error not_asked(const std::string& id, const std::string& approver);
  // Whether a living hold's deadline has passed, settled or not.
  [[nodiscard]] bool late(const std::string& id) const;

  // Takes a hold that is in the store into memory.
  HoldPtr adopt(Hold hold, std::vector<std::pair<std::uint64_t, Watcher>> watchers = {});
  // Writes `next` over `before`, which is known(), by compare-and-set, then puts it in memory, tells watchers
  // and approvers. On an error nothing has changed.
  Result<HoldPtr> commit(HoldPtr before, Hold next, const With& with = {});
  // advance() and commit().
  Result<HoldPtr> move(HoldPtr before, Step step);

  // What others can see of a change: now, or when the group is durable.
  void later(std::function<void()> effect);
  // Calls work(); what it writes is durable at once, and then its effects follow. Error: none of it is, and
  // neither memory nor the world knows of it. Inside a group it becomes part of that.
  Result<void> together(const std::function<void()>& work);

  // Every hold that is alive comes back detached, is settled, and is announced again if it is pending.
  Result<void> resume();
  Result<void> resume(const std::string& id);
  // Those without an ending, oldest first.
  [[nodiscard]] std::vector<std::string> living() const;
  // What the store holds, into memory. Error besides the store's: corrupt, a request that does not open.
  Result<void> load();

  // `request`: not null when an asynchronous call is to be stored.
  Result<Attached> attach(HeldCall call, Watcher watcher, const std::string* request, Room* room);
  // The hold that an identical call joins or is answered by; null when it is a new call.
  Result<HoldPtr> same_call(const Key& key);
  Result<Attached> join(HoldPtr hold, bool asynchronous, Watcher watcher, const std::string* request);
  // The stored answer, marked as given before it is given.
  Result<Attached> hand_over(HoldPtr hold);
  // `room` says what is lacking when that is why not.
  Result<Attached> open_hold(HeldCall call, Watcher watcher, const std::string* request, Room* room);
  // Error: limited.
  Result<void> look_for_room(std::span<const Draw> draws, Room* room);
  [[nodiscard]] Spending spending(const std::string& call, std::span<const Draw> draws) const;
  Result<void> may_open(const HeldCall& call) const;
  // The first of the call's plans that the options do not have; null when they have all.
  [[nodiscard]] const std::string* plan_that_is_not_there(const HeldCall& call) const;
  // How long until this agent may ask for this tool again; zero: now.
  [[nodiscard]] std::chrono::milliseconds limited_for(const ToolOfAgent& key) const;
  // Nothing when there is nothing to seal, or no key.
  [[nodiscard]] std::optional<std::string> sealed(const Hold& hold, const std::string* request) const;
  // It can be read, if there is one.
  Result<void> check_request(const Hold& hold);
  Result<std::string> open_request(const Hold& hold) const;

  // A vote that counts, and the hold it makes; nothing is written yet.
  struct Cast {
    HoldPtr before;
    Vote vote;
    Hold next;
  };
  Result<Cast> cast(const VoteRequest& request);

  // If a deadline of this hold has passed, ends it. Entries may be gone afterwards: look them up again.
  Result<void> settle(const std::string& id);
  // The same for every hold, or for the first `most` of them; false when the store refused one.
  bool settle_due(std::size_t most = std::numeric_limits<std::size_t>::max());
  void announce(const Hold& before, const HoldPtr& hold);
  void fix_deadlines(Entry& entry, const Hold& now, const Hold* before) const;

  // How the kill switch stands, after a start.
  Result<void> load_turn();
  // Writes the next turn.
  Result<void> turn_to(bool halted, const HaltOrder& order);

  const std::unique_ptr<ApprovalStore> store;
  Options options;
  Notifier* const notifier;
  const Clock* const clock;
  const std::optional<crypto::SealKey> seal;

  Result<void> load_labels();
  // In this order: into the store, since when; and what the judge sees. `call`: it is under way; empty: it is
  // not.
  Result<std::int64_t> write_labels(const std::string& agent, const std::vector<std::string>& labels);
  void have_labels(const std::string& agent, const std::vector<std::string>& labels, const std::string& call,
                   std::int64_t at);
  // What the judge sees: of all agents, of one.
  void show_labels();
  void show_labels(const std::string& agent);
  // Those of calls that are under way count from now; those whose time is over are dropped.
  Result<void> tidy_labels();

  struct Reading {
    std::string agent;
    std::vector<std::string> labels;
  };
  LabelBoard board;
  std::map<std::string, Reading> reading;                           // calls under way that bring labels
  std::map<std::string, std::map<std::string, std::int64_t>> seen;  // durable: since when, by agent and label
  LimitTime limit_time{clock, std::nullopt};  // of the store's mark, once that is loaded
  DeskMemory memory;
  std::set<std::string> stored_requests;  // at the start, until their holds have been looked at
  std::function<void(const std::string&)> to_run = [](const std::string&) {};
  bool in_group = false;
  std::optional<Options> before_group;         // those of its beginning, if it has changed them
  std::vector<std::function<void()>> effects;  // of the group
  std::function<std::string()> log_head = [] { return std::string(); };
  Metrics metrics;
  std::uint64_t last_watch = 0;
  SteadyTime next_purge{};

  HaltSwitch halts;
  std::optional<HaltTurn> turn;          // the newest in the store
  std::optional<HaltOrder> unkept_halt;  // thrown, but the store did not take it
};

}  // namespace holdfast::approvals
