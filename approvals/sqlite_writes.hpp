// Writes to one database, each whole or not at all: alone in a transaction of its own, or as one of a group
// that shares a transaction, and with it the sync of the disk.
#pragma once

#include <cstdint>
#include <functional>

#include "approvals/sqlite.hpp"
#include "core/result.hpp"

namespace holdfast::approvals::sqlite {

class Writes {
 public:
  explicit Writes(sqlite3* db) : db_(db) {}

  // Carries out `statements`. On its error nothing of this write is left, and the other writes of a group
  // stand. Without a group it is durable on return.
  Result<void> run(const std::function<Result<void>()>& statements);

  // From now until commit_group() no write is durable.
  void begin_group();
  // Every write of the group that went well is durable; or, on an error, none is. Once for each
  // begin_group().
  Result<void> commit_group();

 private:
  // Which one is said here and not asked of SQLite alone: a transaction that could not be rolled back must
  // not take a later write for one of its own and leave it uncommitted.
  enum class Group : std::uint8_t {
    none,
    empty,  // no write has come yet, and there is no transaction
    open,
    lost,  // SQLite has rolled everything back: what comes now cannot become durable with what came before
  };

  Result<void> alone(const std::function<Result<void>()>& statements);
  Result<void> grouped(const std::function<Result<void>()>& statements);
  Error lose(Error why);

  sqlite3* const db_;
  Group group_ = Group::none;
};

}  // namespace holdfast::approvals::sqlite
