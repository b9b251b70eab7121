#include "approvals/sqlite.hpp"

#include <fmt/format.h>

namespace holdfast::approvals::sqlite {

Error error_of(sqlite3* db, int rc) {
  const std::string said = sqlite3_errmsg(db);
  switch (rc & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::corrupt, fmt::format("the approvals store is damaged: {}", said)};
    case SQLITE_CONSTRAINT:
      return {Code::conflict, fmt::format("the approvals store refused a change: {}", said)};
    default:
      return {Code::unavailable, fmt::format("the approvals store cannot be used: {}", said)};
  }
}

Result<void> execute(sqlite3* db, const char* sql) {
  const int rc = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return fail(error_of(db, rc));
  return {};
}

Statement::Statement(sqlite3* db, const char* sql) : db_(db) {
  sqlite3_stmt* raw = nullptr;
  rc_ = sqlite3_prepare_v2(db, sql, -1, &raw, nullptr);
  statement_.reset(raw);
}

Statement& Statement::text(std::string_view value) {
  // A null pointer would bind NULL, and an empty text is not that.
  const char* data = value.data() == nullptr ? "" : value.data();
  ++parameter_;
  if (rc_ == SQLITE_OK) {
    rc_ =
        sqlite3_bind_text64(statement_.get(), parameter_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::blob(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  ++parameter_;
  if (rc_ == SQLITE_OK) {
    rc_ = sqlite3_bind_blob64(statement_.get(), parameter_, data, value.size(), SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::integer(std::int64_t value) {
  ++parameter_;
  if (rc_ == SQLITE_OK) rc_ = sqlite3_bind_int64(statement_.get(), parameter_, value);
  return *this;
}

Statement& Statement::null() {
  ++parameter_;
  if (rc_ == SQLITE_OK) rc_ = sqlite3_bind_null(statement_.get(), parameter_);
  return *this;
}

Result<void> Statement::run() {
  if (Result<bool> more = row(); !more) return fail(std::move(more.error()));
  return {};
}

Result<bool> Statement::row() {
  if (rc_ != SQLITE_OK && rc_ != SQLITE_ROW) return fail(error_of(db_, rc_));
  column_ = 0;
  rc_ = sqlite3_step(statement_.get());
  if (rc_ == SQLITE_ROW) return true;
  if (rc_ == SQLITE_DONE) return false;
  return fail(error_of(db_, rc_));
}

std::string Statement::read_text() {
  const int at = column_++;
  // The bytes first, then their number: the other way round SQLite may convert in between.
  const void* data = sqlite3_column_blob(statement_.get(), at);
  const int size = sqlite3_column_bytes(statement_.get(), at);
  return data == nullptr ? std::string()
                         : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

std::int64_t Statement::read_integer() {
  return sqlite3_column_int64(statement_.get(), column_++);
}

std::optional<std::int64_t> Statement::read_optional_integer() {
  if (sqlite3_column_type(statement_.get(), column_) == SQLITE_NULL) {
    ++column_;
    return std::nullopt;
  }
  return read_integer();
}

Result<void> commit(sqlite3* db) {
  Result<void> done = execute(db, "COMMIT");
  if (done) return done;
  // Should even this fail, the next write does: it cannot begin.
  if (sqlite3_get_autocommit(db) == 0) sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  // When only the sync failed, the frames stand in SQLite's log, and who opens it next takes them for
  // committed. A transaction that changes nothing is written over them, be it synced or not.
  sqlite3_exec(db, "PRAGMA application_id=0", nullptr, nullptr, nullptr);
  return done;
}

Transaction::~Transaction() {
  // Its own failure leaves nothing to do: SQLite has rolled back already.
  if (open_) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::begin() {
  Result<void> begun = execute(db_, "BEGIN IMMEDIATE");
  open_ = begun.has_value();
  return begun;
}

Result<void> Transaction::commit() {
  open_ = false;
  return sqlite::commit(db_);
}

}  // namespace holdfast::approvals::sqlite
