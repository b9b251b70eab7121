// A disk of which a page cannot be read.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace holdfast::approvals::test {

// Every database that is opened while one of these lives can be made to fail a read.
class UnreadableDisk {
 public:
  UnreadableDisk() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&opened)); }
  ~UnreadableDisk() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&opened)); }
  UnreadableDisk(const UnreadableDisk&) = delete;
  UnreadableDisk& operator=(const UnreadableDisk&) = delete;

  // What SQLite does when a page it needs cannot be read: the statement fails, and so does the transaction
  // around it.
  static void fail_a_read() {
    EXPECT_EQ(sqlite3_exec(newest, "SELECT unreadable() FROM holds", nullptr, nullptr, nullptr),
              SQLITE_IOERR);
  }

 private:
  static int opened(sqlite3* db, char** /*why*/, const sqlite3_api_routines* /*api*/) {
    newest = db;
    return sqlite3_create_function(
        db, "unreadable", 0, SQLITE_UTF8, nullptr,
        [](sqlite3_context* context, int, sqlite3_value**) {
          sqlite3_result_error_code(context, SQLITE_IOERR);
        },
        nullptr, nullptr);
  }

  static inline sqlite3* newest = nullptr;
};

}  // namespace holdfast::approvals::test
