// The tables of the account of limits. All but the reads within a write that has begun.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "approvals/hold.hpp"
#include "approvals/room.hpp"
#include "approvals/sqlite.hpp"

namespace holdfast::approvals {

// What version 7 added: what the judge remembers. `at` is limit time; of a spend null while its call is held.
// `total` is a decimal. The labels of agents are in label_rows.
inline constexpr const char* kStateTables = R"sql(
CREATE TABLE windows (
  name TEXT PRIMARY KEY, per INTEGER NOT NULL, spends INTEGER NOT NULL, total TEXT NOT NULL) STRICT;
CREATE TABLE spends (
  call TEXT NOT NULL, window TEXT NOT NULL REFERENCES windows (name), at INTEGER, amount TEXT NOT NULL,
  PRIMARY KEY (call, window)) STRICT;
CREATE INDEX spends_by_window ON spends (window, at);
CREATE TABLE unsettled (call TEXT PRIMARY KEY, log_head TEXT NOT NULL) STRICT;
CREATE TABLE limit_time (
  one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL, steady INTEGER NOT NULL, wall INTEGER NOT NULL,
  boot TEXT NOT NULL) STRICT;
CREATE TABLE labels (
  agent TEXT NOT NULL, label TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (agent, label)) STRICT;
)sql";

// A read.
[[nodiscard]] Result<Room> find_room(sqlite3* db, std::span<const Draw> draws, std::int64_t now);

// There is room. Of a held call it counts from hold_moved(); of another it is unsettled.
Result<void> spend(sqlite3* db, const Spending& spending, bool held);
// The hold is as it shall be: what its call takes is its own until it has ended, and begins to count then, or
// comes back when the call was not sent.
Result<void> hold_moved(sqlite3* db, const Hold& hold, std::int64_t now);
// An allowed call has ended.
Result<void> settle_spend(sqlite3* db, const std::string& call, bool sent);
// What counts no more.
Result<void> forget_spends(sqlite3* db, std::int64_t now);

[[nodiscard]] Result<std::vector<Unsettled>> read_unsettled(sqlite3* db);
[[nodiscard]] Result<std::optional<LimitMark>> read_limit_mark(sqlite3* db);
Result<void> write_limit_mark(sqlite3* db, const LimitMark& mark);

}  // namespace holdfast::approvals
