// SQLite with owners: a database, a statement and a transaction that clean up after themselves.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::approvals::sqlite {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

// The error a return code stands for: corrupt, conflict (a constraint), else unavailable.
[[nodiscard]] Error error_of(sqlite3* db, int rc);

// Statements without parameters or rows.
Result<void> execute(sqlite3* db, const char* sql);

// Binds and reads from left to right. An error of any step is kept and returned by run() or row().
class Statement {
 public:
  Statement(sqlite3* db, const char* sql);

  Statement& text(std::string_view value);
  Statement& blob(std::string_view value);
  Statement& integer(std::int64_t value);
  Statement& null();

  // Error besides those of error_of: none. For statements without rows.
  Result<void> run();
  // True: the next row is there to be read, from its first column. False: no more.
  Result<bool> row();

  [[nodiscard]] std::string read_text();
  [[nodiscard]] std::int64_t read_integer();
  [[nodiscard]] std::optional<std::int64_t> read_optional_integer();

 private:
  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int rc_ = SQLITE_OK;
  int parameter_ = 0;
  int column_ = 0;
};

// Ends the transaction of `db`: durable, or on an error not there, neither now nor after kill -9. (Of a sync
// that failed nobody knows what the disk has after a power cut.)
Result<void> commit(sqlite3* db);

// Takes the write lock at once; rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(sqlite3* db) : db_(db) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Result<void> begin();
  Result<void> commit();

 private:
  sqlite3* db_;
  bool open_ = false;
};

}  // namespace holdfast::approvals::sqlite
