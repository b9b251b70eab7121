#include "approvals/label_rows.hpp"

#include "approvals/spend_rows.hpp"

namespace holdfast::approvals {

using sqlite::Statement;

Result<void> put_labels(sqlite3* db, const std::string& agent, const std::vector<std::string>& labels,
                        const LimitMark& now) {
  for (const std::string& label : labels) {
    Statement statement(db,
                        "INSERT INTO labels VALUES (?,?,?) "
                        "ON CONFLICT (agent, label) DO UPDATE SET at=max(at, excluded.at)");
    if (auto put = statement.text(agent).text(label).integer(now.at).run(); !put) return put;
  }
  return write_limit_mark(db, now);
}

Result<void> take_labels_off(sqlite3* db, const std::string& agent, const std::vector<std::string>& labels) {
  for (const std::string& label : labels) {
    Statement statement(db, "DELETE FROM labels WHERE agent=? AND label=?");
    if (auto taken = statement.text(agent).text(label).run(); !taken) return taken;
  }
  return {};
}

Result<void> drop_labels(sqlite3* db, std::int64_t until) {
  Statement statement(db, "DELETE FROM labels WHERE at<=?");
  return statement.integer(until).run();
}

Result<std::vector<LabelRow>> read_labels(sqlite3* db) {
  Statement rows(db, "SELECT agent, label, at FROM labels ORDER BY agent, label");
  std::vector<LabelRow> found;
  while (true) {
    const Result<bool> row = rows.row();
    if (!row) return fail(row.error());
    if (!*row) return found;
    LabelRow& read = found.emplace_back();
    read.agent = rows.read_text();
    read.label = rows.read_text();
    read.at = rows.read_integer();
  }
}

}  // namespace holdfast::approvals
