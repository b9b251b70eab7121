#include "approvals/request_rows.hpp"

namespace holdfast::approvals {

using sqlite::Statement;

Result<void> insert_request(sqlite3* db, const std::string& hold, const std::string& sealed) {
  Statement statement(db, "INSERT INTO requests VALUES (?,?)");
  return statement.text(hold).blob(sealed).run();
}

Result<void> drop_request(sqlite3* db, const std::string& hold) {
  Statement statement(db, "DELETE FROM requests WHERE hold=?");
  return statement.text(hold).run();
}

Result<std::vector<std::string>> read_requested(sqlite3* db) {
  Statement statement(db, "SELECT hold FROM requests ORDER BY hold");
  std::vector<std::string> holds;
  while (true) {
    const Result<bool> row = statement.row();
    if (!row) return fail(row.error());
    if (!*row) return holds;
    holds.push_back(statement.read_text());
  }
}

Result<std::optional<std::string>> read_request(sqlite3* db, const std::string& hold) {
  Statement statement(db, "SELECT sealed FROM requests WHERE hold=?");
  statement.text(hold);
  const Result<bool> row = statement.row();
  if (!row) return fail(row.error());
  return *row ? std::optional(statement.read_text()) : std::nullopt;
}

}  // namespace holdfast::approvals
