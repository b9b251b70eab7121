#include "approvals/store_sqlite.hpp"

#include <fmt/format.h>

#include <utility>

#include "approvals/callback_row.hpp"
#include "approvals/halt_rows.hpp"
#include "approvals/hold_row.hpp"
#include "approvals/label_rows.hpp"
#include "approvals/request_rows.hpp"
#include "approvals/spend_rows.hpp"
#include "approvals/sqlite.hpp"
#include "approvals/sqlite_file.hpp"
#include "approvals/sqlite_writes.hpp"

namespace holdfast::approvals {
namespace {

using sqlite::Statement;

class SqliteStore final : public ApprovalStore {
 public:
  explicit SqliteStore(sqlite::Handle db) : db_(std::move(db)), writes_(db_.get()) {}

  Result<void> insert(const Hold& hold, const std::string* request, const Spending* spending) override;
  Result<void> apply(const Change& change) override;
  Result<void> remember(const CallbackRecord& record) override;
  Result<std::optional<CallbackRecord>> callback(const std::string& approver,
                                                 const std::string& id) override {
    return find_callback(db_.get(), approver, id);
  }
  Result<void> forget_callbacks(WallTime before) override;
  Result<void> delivered(const std::string& hold, const std::string& approver, WallTime at) override;
  Result<std::vector<Hold>> load(WallTime now, WallTime ended_since, const std::string& after,
                                 std::size_t limit) override;
  Result<std::optional<Hold>> find(const std::string& id) override;
  Result<std::optional<Hold>> find_by_handle(const std::string& handle) override;
  Result<std::vector<Hold>> list(const StoreQuery& query) override;
  Result<std::vector<std::string>> with_request() override { return read_requested(db_.get()); }
  Result<std::optional<std::string>> request(const std::string& hold) override {
    return read_request(db_.get(), hold);
  }
  Result<Room> find_room(std::span<const Draw> draws, std::int64_t now) override {
    return approvals::find_room(db_.get(), draws, now);
  }
  Result<void> spend(const Spending& spending) override {
    return writes_.run([&] { return approvals::spend(db_.get(), spending, false); });
  }
  Result<void> settle_spend(const std::string& call, bool sent) override {
    return writes_.run([&] { return approvals::settle_spend(db_.get(), call, sent); });
  }
  Result<std::vector<Unsettled>> unsettled() override { return read_unsettled(db_.get()); }
  Result<std::optional<LimitMark>> limit_mark() override { return read_limit_mark(db_.get()); }
  Result<void> forget_spends(std::int64_t now) override {
    return writes_.run([&] { return approvals::forget_spends(db_.get(), now); });
  }
  Result<void> put_labels(const std::string& agent, const std::vector<std::string>& labels,
                          const LimitMark& now) override;
  Result<void> take_labels_off(const std::string& agent, const std::vector<std::string>& labels) override;
  Result<std::vector<LabelRow>> labels() override { return read_labels(db_.get()); }
  Result<void> drop_labels(std::int64_t until) override {
    return writes_.run([&] { return approvals::drop_labels(db_.get(), until); });
  }
  Result<void> recorded(const std::string& hold) override;
  Result<std::vector<Hold>> unrecorded_endings(const std::string& after, std::size_t limit) override;
  Result<void> add(const HaltTurn& turn) override {
    return writes_.run([&] { return insert_turn(db_.get(), turn); });
  }
  Result<std::optional<HaltTurn>> newest_turn() override { return read_newest_turn(db_.get()); }
  Result<std::vector<HaltTurn>> unrecorded_turns() override { return read_unrecorded_turns(db_.get()); }
  Result<void> turn_recorded(const std::string& id) override {
    return writes_.run([&] { return mark_turn(db_.get(), id); });
  }
  Result<void> drop_responses(WallTime until) override;
  void begin_group() override { writes_.begin_group(); }
  Result<void> commit_group() override { return writes_.commit_group(); }

 private:
  // These write inside a write that has begun.
  Result<void> write(const Hold& hold, const std::string* request, const Spending* spending);
  Result<void> write(const Change& change);
  Result<void> write(const CallbackRecord& record);
  Result<void> update(const Hold& hold, std::int64_t from_version);
  Result<void> add_vote(const Hold& hold, const Vote& vote);
  // Reads every row, then what belongs to each from the other tables.
  Result<std::vector<Hold>> collect(Statement& rows,
                                    std::size_t most = std::numeric_limits<std::size_t>::max());
  Result<std::optional<Hold>> first(Statement& rows);

  sqlite::Handle db_;
  sqlite::Writes writes_;
};

Result<void> SqliteStore::insert(const Hold& hold, const std::string* request, const Spending* spending) {
  return writes_.run([&] { return write(hold, request, spending); });
}

Result<void> SqliteStore::apply(const Change& change) {
  return writes_.run([&] { return write(change); });
}

Result<void> SqliteStore::remember(const CallbackRecord& record) {
  return writes_.run([&] { return write(record); });
}

Result<void> SqliteStore::write(const Hold& hold, const std::string* request, const Spending* spending) {
  static const std::string sql = fmt::format(
      "INSERT INTO holds ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
      "?,?,?,?,?,?,?,?,?)",
      kHoldColumns);
  Statement statement(db_.get(), sql.c_str());
  bind_hold(statement, hold);
  if (auto inserted = statement.run(); !inserted) return inserted;
  if (spending != nullptr) {
    if (auto spent = approvals::spend(db_.get(), *spending, true); !spent) return spent;
  }
  return request == nullptr ? Result<void>() : insert_request(db_.get(), hold.id, *request);
}

Result<void> SqliteStore::write(const Change& change) {
  if (auto updated = update(*change.hold, change.from_version); !updated) return updated;
  if (change.vote != nullptr) {
    if (auto added = add_vote(*change.hold, *change.vote); !added) return added;
  }
  if (change.callback != nullptr) {
    if (auto kept = write(*change.callback); !kept) return kept;
  }
  if (change.store_response && change.hold->response) {
    if (auto kept = insert_response(db_.get(), *change.hold); !kept) return kept;
  }
  if (!change.hold->call.draws.empty()) {
    if (auto moved = hold_moved(db_.get(), *change.hold, change.limit_time); !moved) return moved;
  }
  if (change.hold->ended()) return drop_request(db_.get(), change.hold->id);
  return change.request == nullptr ? Result<void>()
                                   : insert_request(db_.get(), change.hold->id, *change.request);
}

Result<void> SqliteStore::update(const Hold& hold, std::int64_t from_version) {
  Statement statement(db_.get(),
                      "UPDATE holds SET version=?, status=?, ending=?, end_reason=?, asynchronous=?, "
                      "redeem_until=?, resolved_at=?, detached=?, client_cancelled=?, "
                      "response_until=?, handed_over=?, log_head=? WHERE id=? AND version=?");
  bind_changing(statement, hold);
  statement.text(hold.id).integer(from_version);
  if (auto done = statement.run(); !done) return done;
  if (sqlite3_changes(db_.get()) != 1) {
    return fail(Code::conflict, fmt::format("hold {} was changed by somebody else meanwhile", hold.id));
  }
  return {};
}

Result<void> SqliteStore::add_vote(const Hold& hold, const Vote& vote) {
  // One row for each approver. That the one before stands no more is the desk's to know; by the same
  // credential nobody votes twice.
  Statement before(db_.get(), "DELETE FROM votes WHERE hold=? AND approver=? AND credential<>?");
  if (auto gone = before.text(hold.id).text(vote.approver).text(vote.credential).run(); !gone) return gone;
  Statement statement(db_.get(), "INSERT INTO votes VALUES (?,?,?,?,?,?,?,?,?)");
  statement.text(hold.id).text(vote.approver).text(act_text(vote.act)).text(vote.reason);
  statement.integer(unix_milliseconds(vote.at)).integer(vote.level).text(vote.method).text(vote.evidence);
  statement.text(vote.credential);
  return statement.run();
}

Result<void> SqliteStore::write(const CallbackRecord& record) {
  Statement statement(db_.get(), "INSERT INTO callbacks VALUES (?,?,?,?,?,?,?)");
  bind_callback(statement, record);
  return statement.run();
}

Result<void> SqliteStore::forget_callbacks(WallTime before) {
  return writes_.run([&] {
    Statement statement(db_.get(), "DELETE FROM callbacks WHERE at < ?");
    return statement.integer(unix_milliseconds(before)).run();
  });
}

Result<void> SqliteStore::delivered(const std::string& hold, const std::string& approver, WallTime at) {
  return writes_.run([&] {
    Statement statement(db_.get(), "INSERT OR IGNORE INTO deliveries VALUES (?,?,?)");
    return statement.text(hold).text(approver).integer(unix_milliseconds(at)).run();
  });
}

Result<std::vector<Hold>> SqliteStore::load(WallTime now, WallTime ended_since, const std::string& after,
                                            std::size_t limit) {
  // A hold without `redeem_until` was never approved.
  static const std::string sql = fmt::format(
      "SELECT {} FROM holds WHERE (ending='' OR "
      "((status='rejected' OR (status='cancelled' AND redeem_until IS NULL)) AND resolved_at > ?) "
      "OR id IN (SELECT hold FROM responses WHERE until > ?)) AND id > ? ORDER BY id LIMIT ?",
      kHoldColumns);
  Statement statement(db_.get(), sql.c_str());
  statement.integer(unix_milliseconds(ended_since)).integer(unix_milliseconds(now));
  statement.text(after).integer(static_cast<std::int64_t>(limit));
  Result<std::vector<Hold>> holds = collect(statement);
  if (!holds) return holds;
  for (Hold& hold : *holds) {
    if (auto read = read_response(db_.get(), hold); !read) return fail(std::move(read.error()));
  }
  return holds;
}

Result<std::optional<Hold>> SqliteStore::find(const std::string& id) {
  static const std::string sql = fmt::format("SELECT {} FROM holds WHERE id=?", kHoldColumns);
  Statement statement(db_.get(), sql.c_str());
  return first(statement.text(id));
}

Result<std::optional<Hold>> SqliteStore::find_by_handle(const std::string& handle) {
  static const std::string sql = fmt::format("SELECT {} FROM holds WHERE handle=?", kHoldColumns);
  Statement statement(db_.get(), sql.c_str());
  return first(statement.text(handle));
}

Result<std::vector<Hold>> SqliteStore::list(const StoreQuery& query) {
  std::string sql = fmt::format("SELECT {} FROM holds WHERE 1", kHoldColumns);
  if (!query.status.empty()) sql += " AND status=?";
  if (!query.agent.empty()) sql += " AND agent=?";
  if (!query.tool.empty()) sql += " AND tool=?";
  if (!query.before.empty()) sql += " AND id<?";
  sql += " ORDER BY id DESC LIMIT ?";
  Statement statement(db_.get(), sql.c_str());
  for (const std::string* value : {&query.status, &query.agent, &query.tool, &query.before}) {
    if (!value->empty()) statement.text(*value);
  }
  statement.integer(static_cast<std::int64_t>(query.limit));
  return collect(statement, query.bytes);
}

Result<void> SqliteStore::put_labels(const std::string& agent, const std::vector<std::string>& labels,
                                     const LimitMark& now) {
  return writes_.run([&] { return approvals::put_labels(db_.get(), agent, labels, now); });
}

Result<void> SqliteStore::take_labels_off(const std::string& agent, const std::vector<std::string>& labels) {
  return writes_.run([&] { return approvals::take_labels_off(db_.get(), agent, labels); });
}

Result<void> SqliteStore::recorded(const std::string& hold) {
  return writes_.run([&] {
    Statement statement(db_.get(), "UPDATE holds SET recorded=1 WHERE id=?");
    return statement.text(hold).run();
  });
}

Result<std::vector<Hold>> SqliteStore::unrecorded_endings(const std::string& after, std::size_t limit) {
  // The condition is that of the index holds_unrecorded.
  static const std::string sql = fmt::format(
      "SELECT {} FROM holds WHERE recorded=0 AND ending<>'' AND status<>'released' AND id>? "
      "ORDER BY id LIMIT ?",
      kHoldColumns);
  Statement statement(db_.get(), sql.c_str());
  return collect(statement.text(after).integer(static_cast<std::int64_t>(limit)));
}

Result<void> SqliteStore::drop_responses(WallTime until) {
  return writes_.run([&] {
    Statement statement(db_.get(), "DELETE FROM responses WHERE until <= ?");
    return statement.integer(unix_milliseconds(until)).run();
  });
}

Result<std::vector<Hold>> SqliteStore::collect(Statement& rows, std::size_t most) {
  std::vector<Hold> holds;
  for (std::size_t bytes = 0; bytes < most;) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) break;
    Result<Hold> hold = read_hold(rows);
    if (!hold) return fail(std::move(hold.error()));
    bytes += hold->call.size();
    holds.push_back(std::move(*hold));
  }
  for (Hold& hold : holds) {
    if (auto read = read_votes(db_.get(), hold); !read) return fail(std::move(read.error()));
    if (auto read = read_deliveries(db_.get(), hold); !read) return fail(std::move(read.error()));
  }
  return holds;
}

Result<std::optional<Hold>> SqliteStore::first(Statement& rows) {
  Result<std::vector<Hold>> holds = collect(rows);
  if (!holds) return fail(std::move(holds.error()));
  if (holds->empty()) return std::optional<Hold>();
  Hold& hold = holds->front();
  if (auto read = read_response(db_.get(), hold); !read) return fail(std::move(read.error()));
  return std::optional<Hold>(std::move(hold));
}

}  // namespace

Result<std::unique_ptr<ApprovalStore>> open_sqlite_store(const std::filesystem::path& data_dir) {
  Result<sqlite::Handle> db = sqlite::open_file(data_dir);
  if (!db) return fail(std::move(db.error()));
  return std::unique_ptr<ApprovalStore>(std::make_unique<SqliteStore>(std::move(*db)));
}

}  // namespace holdfast::approvals
