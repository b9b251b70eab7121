#include "approvals/halt_rows.hpp"

#include <utility>

namespace holdfast::approvals {
namespace {

using sqlite::Statement;

HaltTurn read_turn(Statement& from) {
  HaltTurn turn;
  turn.id = from.read_text();
  turn.halted = from.read_integer() != 0;  // whatever is not certainly a resume is a halt
  turn.order.by = from.read_text();
  turn.order.via = from.read_text();
  turn.order.reason = from.read_text();
  turn.at = WallTime(Milliseconds(from.read_integer()));
  turn.recorded = from.read_integer() != 0;
  return turn;
}

Result<std::vector<HaltTurn>> read_turns(Statement& rows) {
  std::vector<HaltTurn> turns;
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) return turns;
    turns.push_back(read_turn(rows));
  }
}

}  // namespace

Result<void> insert_turn(sqlite3* db, const HaltTurn& turn) {
  Statement statement(
      db, "INSERT INTO halts (id, halted, by_id, via, reason, at, recorded) VALUES (?,?,?,?,?,?,?)");
  statement.text(turn.id).integer(turn.halted ? 1 : 0).text(turn.order.by).text(turn.order.via);
  statement.text(turn.order.reason).integer(unix_milliseconds(turn.at)).integer(turn.recorded ? 1 : 0);
  return statement.run();
}

Result<std::optional<HaltTurn>> read_newest_turn(sqlite3* db) {
  Statement statement(
      db, "SELECT id, halted, by_id, via, reason, at, recorded FROM halts ORDER BY rowid DESC LIMIT 1");
  Result<std::vector<HaltTurn>> turns = read_turns(statement);
  if (!turns) return fail(std::move(turns.error()));
  return turns->empty() ? std::optional<HaltTurn>() : std::optional<HaltTurn>(std::move(turns->front()));
}

Result<std::vector<HaltTurn>> read_unrecorded_turns(sqlite3* db) {
  Statement statement(
      db, "SELECT id, halted, by_id, via, reason, at, recorded FROM halts WHERE recorded=0 ORDER BY rowid");
  return read_turns(statement);
}

Result<void> mark_turn(sqlite3* db, const std::string& id) {
  Statement statement(db, "UPDATE halts SET recorded=1 WHERE id=?");
  return statement.text(id).run();
}

}  // namespace holdfast::approvals
