// Where holds, votes and answered callbacks are kept. Every function returns when what it promises is
// durable; in a group, that is when commit_group() has returned.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "approvals/halt.hpp"
#include "approvals/hold.hpp"
#include "approvals/label_row.hpp"
#include "approvals/room.hpp"
#include "core/result.hpp"

namespace holdfast::approvals {

// The answer a signed callback got, or (status 0) the error that refused it.
struct CallbackRecord {
  std::string approver;
  std::string id;         // webhook-id, counted per approver
  std::string body_hash;  // sha256:... of the raw body
  WallTime at;
  int status = 0;
  std::string body;
  Code code = Code::internal;  // when status is 0; body is then the error's sentence
};

// One step of one hold, written whole or not at all. `hold` is as it shall be.
struct Change {
  const Hold* hold = nullptr;
  std::int64_t from_version = 0;             // compare-and-set: the row must have this version
  const Vote* vote = nullptr;                // added; takes the place of its approver's by another credential
  const CallbackRecord* callback = nullptr;  // added
  bool store_response = false;               // hold->response is new
  const std::string* request = nullptr;      // its sealed request, new
  std::int64_t limit_time = 0;  // now: what its call takes of limits begins to count, or comes back
};

struct StoreQuery {
  std::string status, agent, tool;  // empty: any
  std::string before;               // only ids smaller than this; empty: from the newest
  std::size_t limit = 100;
  // Behind the row with which calls of so many bytes have been read, nothing more is: there may be more.
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

// An interface because there are to be two real backends (SQLite embedded, PostgreSQL for a fleet), and
// because tests cause the faults of a disk. The store decides every transition. Desk thread only. Errors of
// all: unavailable (nothing was changed), corrupt (what is stored is not what we wrote).
class ApprovalStore {
 public:
  virtual ~ApprovalStore() = default;

  // A new hold, without votes or a response; with the sealed request of a call that is to run by itself, else
  // null; and with the room its call takes, else null.
  virtual Result<void> insert(const Hold& hold, const std::string* request = nullptr,
                              const Spending* spending = nullptr) = 0;
  // The sealed request is dropped with the ending. Error besides: conflict, the row has another version or
  // this approver has voted by this credential already.
  virtual Result<void> apply(const Change& change) = 0;

  virtual Result<void> remember(const CallbackRecord& record) = 0;
  virtual Result<std::optional<CallbackRecord>> callback(const std::string& approver,
                                                         const std::string& id) = 0;
  virtual Result<void> forget_callbacks(WallTime before) = 0;

  // The approver certainly received the request for this hold.
  virtual Result<void> delivered(const std::string& hold, const std::string& approver, WallTime at) = 0;

  // What a desk looks after: holds without an ending, those whose response is kept at `now` (with it), and
  // those rejected, or cancelled undecided, after `ended_since`; the `limit` oldest with an id larger than
  // `after`.
  virtual Result<std::vector<Hold>> load(WallTime now, WallTime ended_since, const std::string& after,
                                         std::size_t limit) = 0;
  // With the response that is stored, if there is one.
  virtual Result<std::optional<Hold>> find(const std::string& id) = 0;
  virtual Result<std::optional<Hold>> find_by_handle(const std::string& handle) = 0;
  // Newest first, without responses.
  virtual Result<std::vector<Hold>> list(const StoreQuery& query) = 0;

  // The holds that have a sealed request, oldest first; and that of one of them.
  virtual Result<std::vector<std::string>> with_request() = 0;
  virtual Result<std::optional<std::string>> request(const std::string& hold) = 0;

  // Which limits have no room at this limit time.
  virtual Result<Room> find_room(std::span<const Draw> draws, std::int64_t now) = 0;
  // Of a call that is let through without being held: there is room, and it is taken.
  virtual Result<void> spend(const Spending& spending) = 0;
  // That call has ended; unsent, what it took comes back.
  virtual Result<void> settle_spend(const std::string& call, bool sent) = 0;
  virtual Result<std::vector<Unsettled>> unsettled() = 0;
  virtual Result<std::optional<LimitMark>> limit_mark() = 0;
  virtual Result<void> forget_spends(std::int64_t now) = 0;

  // Labels of agents: all or none.
  virtual Result<void> put_labels(const std::string& agent, const std::vector<std::string>& labels,
                                  const LimitMark& now) = 0;
  virtual Result<void> take_labels_off(const std::string& agent, const std::vector<std::string>& labels) = 0;
  virtual Result<std::vector<LabelRow>> labels() = 0;
  // Those that were put on until then.
  virtual Result<void> drop_labels(std::int64_t until) = 0;

  // The log has the receipt of this hold, which ended unreleased.
  virtual Result<void> recorded(const std::string& hold) = 0;
  // Those that ended unreleased and are not marked so: the `limit` oldest with an id larger than `after`.
  virtual Result<std::vector<Hold>> unrecorded_endings(const std::string& after, std::size_t limit) = 0;

  // Turns of the kill switch: the newest is how it stands.
  virtual Result<void> add(const HaltTurn& turn) = 0;
  virtual Result<std::optional<HaltTurn>> newest_turn() = 0;
  // Oldest first.
  virtual Result<std::vector<HaltTurn>> unrecorded_turns() = 0;
  // The log has the entry of this turn.
  virtual Result<void> turn_recorded(const std::string& id) = 0;

  // Drops every response whose time is over.
  virtual Result<void> drop_responses(WallTime until) = 0;

  // What is written between the two becomes durable at once, at commit_group(), or, if that has an error, not
  // at all. Each write is still whole or not at all, and one that is refused leaves the others as they are.
  // Reads see what was written. Always in pairs; a group without writes costs nothing.
  virtual void begin_group() = 0;
  virtual Result<void> commit_group() = 0;
};

}  // namespace holdfast::approvals
