// The desk: opens holds, takes votes, watches deadlines, and lets exactly one caller release each hold.
//
// Desk thread only: every function runs on one thread (app gives it one; others come through DeskQueue), does
// its store work there, and returns when what it promises is durable; within carry_out() that is when the
// operation is answered. No Asio in here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "approvals/halt.hpp"
#include "approvals/hold.hpp"
#include "approvals/labels.hpp"
#include "approvals/metrics.hpp"
#include "approvals/notifier.hpp"
#include "approvals/options.hpp"
#include "approvals/store.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "crypto/seal.hpp"

namespace holdfast::approvals {

// Told of every change of a hold somebody waits for, on the desk thread: post it on, and return.
// A change made by an attach is told to the others, not to the watcher that attaches.
using Watcher = std::function<void(HoldPtr)>;

// What a call that asks for approval gets. `hold` is never null.
struct Attached {
  HoldPtr hold;
  std::uint64_t watch = 0;   // for detach; 0 when the hold has ended and there is nothing to wait for
  bool created = false;      // false: an identical call had opened it
  bool handed_over = false;  // hold->response is the stored answer, given once to this call
};

// Why a call was not attached. Codes: conflict "too many pending" (429), limited (429), halted, unavailable,
// malformed, internal.
struct NotAttached : Error {
  std::chrono::milliseconds retry_after{0};  // of limited: when the answer may be another
  std::vector<Draw> lacking;                 // of limited: the limits without room, when that is why
};

// A call that may be let through without being held, if the limits it draws on have room.
struct Reservation {
  std::string call;
  std::string agent;
  std::string match_key;  // empty: that an identical call is held does not matter
  std::vector<Draw> draws;
};

// Nothing held and nothing lacking: the room is this call's.
struct Reserved {
  // An identical call is being asked about, was rejected a short time ago, or has its answer kept: this one
  // is to join it, whatever room there is now.
  bool held = false;
  Room room;
};

struct Callback {
  std::string approver;   // whose secret signed it: the path's, verified
  std::string id;         // webhook-id
  std::string body_hash;  // sha256:... of the raw body
};

// The answer to a callback, kept so that its duplicate gets the same.
struct CallbackAnswer {
  int status = 200;
  std::string body;
};

struct VoteRequest {
  std::string hold;
  std::string approver;  // known from the credential, never from a body
  Act act = Act::approve;
  std::string digest;  // required to approve; must equal the hold's
  std::string reason;  // at most 1 KiB
  int level = 0;
  std::string method;
  std::string evidence;
  std::string credential;  // the mark of the one it came with; it must be one of the approver's today
};

// What somebody asks of the desk.
struct Operation {
  // Calls the desk, and does nothing else that could be seen from outside: it is called a second time when
  // the group it was part of could not be made durable.
  std::function<void()> work;
  // Called when everything that work() wrote, or read of what others wrote, is durable, or has been refused.
  // Not to call the desk.
  std::function<void()> answer;
};

class Desk {
 public:
  // Loads what the store holds; every hold comes back detached, but those that run by themselves. `options`
  // may be replaced later. `seal` seals the requests of asynchronous calls; without it none are stored. Error
  // besides the store's: corrupt, when one that is stored does not open with it.
  static Result<std::unique_ptr<Desk>> open(std::unique_ptr<ApprovalStore> store, Options options,
                                            Notifier* notifier, const Clock* clock,
                                            std::optional<crypto::SealKey> seal = std::nullopt);
  ~Desk();

  // Takes operations until there is no next one, carries them out in one transaction of the store, and then
  // answers them in their order. One that is refused leaves the others as they are. If the transaction fails,
  // nothing of any of them has happened, and each is carried out by itself: it hears its own error.
  void carry_out(const std::function<std::optional<Operation>()>& next);

  // Joins the pending, approved or running hold of the same agent and match key; else hands over a stored
  // answer; else repeats a rejection of the cool-down; else opens a hold, durable before anyone is notified.
  // No hold is opened while everything is halted, nor beyond what an agent may ask of its approvers, nor
  // without room in the limits its call draws on: a hold that is opened takes it.
  //
  // `request`: of an asynchronous call, everything that is needed to send it; stored sealed, bound to hold
  // and digest, until the hold has its ending.
  tl::expected<Attached, NotAttached> attach(HeldCall call, Watcher watcher, const std::string& request = {});

  // Takes room, durable when this returns, or none. Error: unavailable.
  Result<Reserved> reserve(const Reservation& wanted);
  // A call with a reservation has ended; what is not sent gives it back. Should the mark be lost, the next
  // start asks the log.
  void settle_reservation(const std::string& call, bool sent);
  // For recovery: calls of earlier runs with a reservation, of which it is not known whether they were sent.
  [[nodiscard]] Result<std::vector<Unsettled>> unsettled() const;

  // This call gives its agent something to read that has these labels: durable, and seen by the judge, when
  // this returns; in a group, when the operation is answered. They stay on until labels_read() of the call,
  // and then for labels_ttl; without a name of the call, for labels_ttl from now. Error: unavailable, nothing
  // was put on.
  Result<void> add_labels(const std::string& agent, const std::vector<std::string>& labels,
                          const std::string& call = {});
  // The call is over. Should the mark be lost, its labels count from its beginning.
  void labels_read(const std::string& call);
  // But those of calls that are under way.
  Result<void> remove_labels(const std::string& agent, const std::vector<std::string>& labels);
  [[nodiscard]] const LabelBoard& labels() const;  // any thread may look at it

  // Waits for a hold that is there, to run an asynchronous call. Errors: not_found, conflict (it has ended),
  // unavailable.
  Result<Attached> watch(const std::string& hold, Watcher watcher);
  // Asynchronous calls are run by nobody who waits: `run` is told (desk thread, to be posted on) of each that
  // is approved, at least once. Set before the first call. Those that are approved at a start are in
  // to_run(), oldest first.
  void on_run(std::function<void(const std::string& hold)> run);
  [[nodiscard]] std::vector<std::string> to_run() const;
  // The stored request of such a call. Errors: not_found, corrupt.
  [[nodiscard]] Result<std::string> request(const std::string& hold) const;

  // The caller stopped waiting. When it was the last, the hold is detached (03-calls); an asynchronous one is
  // not.
  void detach(const std::string& hold, std::uint64_t watch, bool client_cancelled);

  // approved -> released, compare-and-set on the version the caller judged. Exactly one caller gets it.
  // Checks redeem_ttl by both clocks, that somebody waits, and the quorum against the current options (votes
  // whose approver, credential and group still stand): both the plan it was held under and the plan that has
  // its name now (without it, back to pending). Errors:
  // conflict (it moved on), gone (too late), halted (the approval stands), unavailable.
  // `labels`: what its agent is given to read; they are on it when this returns, until finish() as of
  // add_labels().
  Result<HoldPtr> release(const std::string& hold, std::int64_t version,
                          const std::vector<std::string>& labels = {});

  // Undoes a release that certainly sent nothing and has no authorize entry: released -> approved.
  Result<void> unrelease(const std::string& hold);

  // A released call has ended: succeeded, upstream_failed, outcome_unknown, or, unsent, halted or
  // policy_changed; a check also permitted or failed. The response is kept if somebody is to read it: others
  // attached, asynchronous, or `client_lost`; the latter two also for the identical request.
  Result<void> finish(const std::string& hold, Ending ending, std::optional<StoredResponse> response,
                      bool client_lost);

  // Ends a hold that is pending or approved: cancelled (DELETE, admin), policy_changed; no other status.
  Result<HoldPtr> end(const std::string& hold, Status status, const std::string& reason);

  // The kill switch. While it is thrown nothing is released and no hold is opened; votes and deadlines go on.
  [[nodiscard]] HaltSwitch& halts();  // any thread
  // Throws it at once and durably; the turn that did it, now or before. Error: unavailable, it is thrown in
  // this process only.
  Result<HaltTurn> halt(const HaltOrder& order);
  // Durable; but the switch is lifted only when the log has it too: see turn_recorded. The turn, now or
  // before; nothing when there never was one. Error: unavailable, nothing has changed.
  Result<std::optional<HaltTurn>> resume(const HaltOrder& order);
  // The log has the entry of this turn. If it is a resume and still the newest turn, the switch is lifted.
  void turn_recorded(const std::string& id);
  // Turns whose entry is not known to be in the log, oldest first.
  [[nodiscard]] Result<std::vector<HaltTurn>> unrecorded_turns() const;
  [[nodiscard]] std::optional<HaltTurn> newest_turn() const;

  // Errors as the status table of 04-approvals: not_found, forbidden (not an approver of this hold, or by a
  // credential that was replaced meanwhile), conflict (already resolved, already voted, digest differs), gone
  // (expired), malformed (no digest).
  Result<HoldPtr> vote(const VoteRequest& request);

  // A vote that came as a signed callback: the answer is stored with the vote, so a duplicate (same id, same
  // body) gets the same answer (a refusal is kept as its error), and the same id with another body is
  // malformed. Survives a restart; kept for a day. Ids are counted per approver; ours (hf_out_) are
  // malformed.
  Result<CallbackAnswer> callback(const Callback& callback, const VoteRequest& request);

  // Whether this webhook-id was answered before (then its answer), with another body (malformed), or not
  // (nullopt).
  Result<std::optional<CallbackAnswer>> replayed(const Callback& callback);

  [[nodiscard]] HoldPtr find(const std::string& hold) const;
  // The same for who must tell a hold that is not there (null) from one that cannot be read. Errors: those of
  // the store.
  [[nodiscard]] Result<HoldPtr> look_up(const std::string& hold) const;
  [[nodiscard]] HoldPtr find_by_handle(const std::string& handle) const;

  struct Query {
    std::string status, agent, tool;  // empty: any
    std::string approver;             // only holds whose plan names this approver; empty: any
    std::size_t limit = 100;
    std::string cursor;
  };
  struct Page {
    std::vector<HoldPtr> holds;  // newest first
    std::string next;            // empty: no more
  };
  // A page ends early, with at least one hold, when those on it are large.
  [[nodiscard]] Result<Page> list(const Query& query) const;

  // Ends what is over by either clock, drops stored responses past their time; returns when to call again, at
  // most a second from now: so the first tick after a new hold comes before its deadline, and returns exactly
  // that.
  SteadyTime tick();

  // This approver has certainly received the request for this hold: it is not sent to her again after a
  // restart.
  void delivered(const std::string& hold, const std::string& approver);

  // Tells the receipt log's newest checkpoint, which is written down with every hold that is opened or
  // released. Set once, before the first call.
  void note_log(std::function<std::string()> head);

  // Another roster and other plans, from the next call on.
  void set_options(Options options);

  // For recovery, before anybody else uses the desk (03-calls "At boot"): every hold without an ending,
  // oldest first. The log says which of them were sent.
  [[nodiscard]] std::vector<std::string> without_ending() const;

  // For recovery: pending | approved -> released, because the log has the call's `authorize` entry although
  // this store knows of no release (it was restored from a backup). finish() follows.
  Result<void> found_sent(const std::string& hold);

  // Holds that ended without being released and whose receipt is not known to be in the log: oldest first, at
  // most 100, with an id larger than `after`.
  [[nodiscard]] Result<std::vector<HoldPtr>> unrecorded_endings(const std::string& after) const;

  // The receipt of this hold, which ended unreleased, is durable in the log. If this mark is lost, the next
  // start asks the log.
  void recorded(const std::string& hold);

  [[nodiscard]] const Options& options() const;

  // Any thread may read them.
  [[nodiscard]] const Metrics& metrics() const;

 private:
  struct State;
  explicit Desk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::approvals
