#include "approvals/sqlite_writes.hpp"

#include <utility>

namespace holdfast::approvals::sqlite {

Result<void> Writes::run(const std::function<Result<void>()>& statements) {
  switch (group_) {
    case Group::none:
      return alone(statements);
    case Group::empty:
      if (auto begun = execute(db_, "BEGIN IMMEDIATE"); !begun) return fail(lose(std::move(begun.error())));
      group_ = Group::open;
      return grouped(statements);
    case Group::open:
      // A read that failed may have ended it, and a mark set now would begin another.
      if (sqlite3_get_autocommit(db_) != 0) break;
      return grouped(statements);
    case Group::lost:
      break;
  }
  return fail(
      lose({Code::unavailable, "the approvals store cannot be used: the transaction has failed already"}));
}

Result<void> Writes::alone(const std::function<Result<void>()>& statements) {
  Transaction transaction(db_);
  if (auto begun = transaction.begin(); !begun) return begun;
  if (auto done = statements(); !done) return done;
  return transaction.commit();
}

Result<void> Writes::grouped(const std::function<Result<void>()>& statements) {
  if (auto marked = execute(db_, "SAVEPOINT one"); !marked) return fail(lose(std::move(marked.error())));
  Result<void> done = statements();
  const char* end = done ? "RELEASE one" : "ROLLBACK TO one; RELEASE one";
  // A full disk and some errors of reading and writing have ended the whole transaction: there is no such
  // mark.
  if (auto ended = execute(db_, end); !ended) return fail(lose(done ? ended.error() : done.error()));
  return done;
}

Error Writes::lose(Error why) {
  group_ = Group::lost;
  return why;
}

void Writes::begin_group() {
  group_ = Group::empty;
}

Result<void> Writes::commit_group() {
  const Group was = std::exchange(group_, Group::none);
  if (was == Group::empty || was == Group::none) return {};
  if (was == Group::open) return commit(db_);
  // Should even this fail, the next write does: it cannot begin.
  if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  return fail(Code::unavailable, "the approvals store cannot be used: a write has failed");
}

}  // namespace holdfast::approvals::sqlite
