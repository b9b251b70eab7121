#include "approvals/callback_row.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace holdfast::approvals {
namespace {

// The refusals a callback can be given for good. Persisted as these names.
constexpr std::array<std::pair<Code, std::string_view>, 5> kRefusals{{{Code::malformed, "malformed"},
                                                                      {Code::forbidden, "forbidden"},
                                                                      {Code::not_found, "not_found"},
                                                                      {Code::conflict, "conflict"},
                                                                      {Code::gone, "gone"}}};

std::string_view refusal_text(const CallbackRecord& record) {
  for (const auto& [code, name] : kRefusals) {
    if (record.status == 0 && code == record.code) return name;
  }
  return {};
}

}  // namespace

void bind_callback(sqlite::Statement& to, const CallbackRecord& record) {
  to.text(record.approver).text(record.id).text(record.body_hash).integer(unix_milliseconds(record.at));
  to.integer(record.status).text(record.body).text(refusal_text(record));
}

CallbackRecord read_callback(sqlite::Statement& from, std::string approver, std::string id) {
  CallbackRecord record;
  record.approver = std::move(approver);
  record.id = std::move(id);
  record.body_hash = from.read_text();
  record.at = WallTime(Milliseconds(from.read_integer()));
  record.status = static_cast<int>(from.read_integer());
  record.body = from.read_text();
  const std::string refusal = from.read_text();
  for (const auto& [code, name] : kRefusals) {
    if (name == refusal) record.code = code;
  }
  return record;
}

Result<std::optional<CallbackRecord>> find_callback(sqlite3* db, const std::string& approver,
                                                    const std::string& id) {
  static const std::string sql =
      fmt::format("SELECT {} FROM callbacks WHERE approver=? AND id=?", kCallbackAnswer);
  sqlite::Statement statement(db, sql.c_str());
  statement.text(approver).text(id);
  const Result<bool> row = statement.row();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<CallbackRecord>();
  return std::optional<CallbackRecord>(read_callback(statement, approver, id));
}

}  // namespace holdfast::approvals
