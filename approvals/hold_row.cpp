#include "approvals/hold_row.hpp"

#include <fmt/format.h>

#include "approvals/hold_asking.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::approvals {
namespace {

void bind_time(sqlite::Statement& to, const std::optional<WallTime>& time) {
  if (time) {
    to.integer(unix_milliseconds(*time));
  } else {
    to.null();
  }
}

WallTime read_time(sqlite::Statement& from) {
  return WallTime(Milliseconds(from.read_integer()));
}

std::optional<WallTime> read_optional_time(sqlite::Statement& from) {
  const auto stored = from.read_optional_integer();
  if (!stored) return std::nullopt;
  return WallTime(Milliseconds(*stored));
}

bool read_list(sqlite::Statement& from, std::vector<std::string>& list) {
  const auto document = json::parse(from.read_text(), json::Limits{});
  if (!document || !document->root().is(json::Kind::array)) return false;
  for (const json::Value& item : document->root().items())
    list.emplace_back(item.text());
  return true;
}

void read_call(sqlite::Statement& from, HeldCall& call) {
  call.call_id = from.read_text();
  call.agent = from.read_text();
  call.trust_tier = static_cast<int>(from.read_integer());
  call.upstream = from.read_text();
  call.tool = from.read_text();
  call.operation = from.read_text();
  call.risk_level = from.read_text();
  call.method = from.read_text();
  call.target = from.read_text();
  call.args = from.read_text();
  call.rule = from.read_text();
  call.reason = from.read_text();
  call.plan = from.read_text();
  call.digest = from.read_text();
  call.nonce = from.read_text();
  call.match_key = from.read_text();
  call.policy = from.read_text();
  call.receipt_id = from.read_text();
  call.agent_auth = from.read_text();
  call.protocol = from.read_text();
  call.bytes = from.read_integer();
  call.body = from.read_text();
  call.body_base64 = from.read_text();
}

// What is shown of a call beside it; a member that is not there is empty.
bool read_shown(const std::string& text, HeldCall& call) {
  const auto document = json::parse(text, json::Limits{.bytes = text.size()});
  if (!document || !document->root().is(json::Kind::object)) return false;
  for (const auto& [name, into] :
       {std::pair{"summary", &call.summary}, std::pair{"args", &call.shown_args},
        std::pair{"target", &call.shown_target}, std::pair{"headers", &call.headers},
        std::pair{"context", &call.context}}) {
    if (const json::Value* member = document->root().find(name)) *into = member->text();
  }
  return true;
}

std::string shown_text(const HeldCall& call) {
  return json::ObjectText()
      .set_if("args", call.shown_args)
      .set_if("context", call.context)
      .set_if("headers", call.headers)
      .set_if("summary", call.summary)
      .set_if("target", call.shown_target)
      .text();
}

// False when a name is none of ours.
bool read_standing(sqlite::Statement& from, Hold& hold) {
  hold.version = from.read_integer();
  const auto status = parse_status(from.read_text());
  const std::string ending = from.read_text();
  hold.ending = parse_ending(ending);
  hold.end_reason = from.read_text();
  if (status) hold.status = *status;
  return status.has_value() && (ending.empty() || hold.ending.has_value());
}

}  // namespace

void bind_hold(sqlite::Statement& to, const Hold& hold) {
  const HeldCall& call = hold.call;
  to.text(hold.id).text(hold.handle).text(call.call_id).text(call.agent).integer(call.trust_tier);
  to.text(call.upstream).text(call.tool).text(call.operation).text(call.risk_level).text(call.method);
  to.text(call.target).text(call.args).text(call.rule).text(call.reason).text(call.plan).text(call.digest);
  to.text(call.nonce).text(call.match_key).text(call.policy);
  to.text(call.receipt_id).text(call.agent_auth).text(call.protocol).integer(call.bytes);
  to.text(call.body).text(call.body_base64);
  to.integer(hold.quorum.require)
      .text(json::strings_text(hold.quorum.from))
      .text(asking_text(hold))
      .text(shown_text(call));
  bind_time(to, hold.created_at);
  bind_time(to, hold.expires_at);
  bind_changing(to, hold);
}

void bind_changing(sqlite::Statement& to, const Hold& hold) {
  to.integer(hold.version).text(to_string(hold.status)).text(resolution(hold)).text(hold.end_reason);
  to.integer(hold.call.asynchronous ? 1 : 0);
  bind_time(to, hold.redeem_until);
  bind_time(to, hold.resolved_at);
  to.integer(hold.detached ? 1 : 0).integer(hold.client_cancelled ? 1 : 0);
  bind_time(to, hold.response_until);
  to.integer(hold.handed_over ? 1 : 0).text(hold.log_head);
}

Result<Hold> read_hold(sqlite::Statement& from) {
  Hold hold;
  hold.id = from.read_text();
  hold.handle = from.read_text();
  read_call(from, hold.call);
  hold.quorum.require = static_cast<int>(from.read_integer());
  bool good = read_list(from, hold.quorum.from);
  good = read_asking(from.read_text(), hold) && good;
  good = read_shown(from.read_text(), hold.call) && good;
  hold.created_at = read_time(from);
  hold.expires_at = read_time(from);
  good = read_standing(from, hold) && good;
  hold.call.asynchronous = from.read_integer() != 0;
  hold.redeem_until = read_optional_time(from);
  hold.resolved_at = read_optional_time(from);
  hold.detached = from.read_integer() != 0;
  hold.client_cancelled = from.read_integer() != 0;
  hold.response_until = read_optional_time(from);
  hold.handed_over = from.read_integer() != 0;
  hold.log_head = from.read_text();
  if (!good)
    return fail(Code::corrupt, fmt::format("hold {} in the approvals store cannot be read", hold.id));
  return hold;
}

std::string_view act_text(Act act) {
  return act == Act::approve ? "approve" : "reject";
}

Vote read_vote(sqlite::Statement& from) {
  Vote vote;
  vote.approver = from.read_text();
  const std::string act = from.read_text();
  // Only what certainly is an approval counts as one.
  vote.act = act == act_text(Act::approve) ? Act::approve : Act::reject;
  vote.reason = from.read_text();
  vote.at = WallTime(Milliseconds(from.read_integer()));
  vote.level = static_cast<int>(from.read_integer());
  vote.method = from.read_text();
  vote.evidence = from.read_text();
  vote.credential = from.read_text();
  return vote;
}

namespace {

// Response headers as `name: value` lines: they may be any bytes but controls, which JSON could not carry.
std::string header_lines(const StoredResponse& response) {
  std::string lines;
  for (const auto& [name, value] : response.headers)
    lines += fmt::format("{}: {}\n", name, value);
  return lines;
}

void read_header_lines(const std::string& lines, StoredResponse& response) {
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const std::size_t colon = lines.find(": ", at);
    if (end == std::string::npos || colon == std::string::npos || colon > end) return;
    response.headers.emplace_back(lines.substr(at, colon - at), lines.substr(colon + 2, end - colon - 2));
    at = end + 1;
  }
}

}  // namespace

Result<void> read_votes(sqlite3* db, Hold& hold) {
  sqlite::Statement statement(
      db,
      "SELECT approver, act, reason, at, level, method, evidence, credential FROM votes WHERE hold=? "
      "ORDER BY rowid");
  statement.text(hold.id);
  while (true) {
    const Result<bool> row = statement.row();
    if (!row) return fail(row.error());
    if (!*row) return {};
    hold.votes.push_back(read_vote(statement));
  }
}

Result<void> read_deliveries(sqlite3* db, Hold& hold) {
  sqlite::Statement statement(db, "SELECT approver FROM deliveries WHERE hold=? ORDER BY rowid");
  statement.text(hold.id);
  while (true) {
    const Result<bool> row = statement.row();
    if (!row) return fail(row.error());
    if (!*row) return {};
    hold.notified.push_back(statement.read_text());
  }
}

Result<void> read_response(sqlite3* db, Hold& hold) {
  sqlite::Statement statement(db,
                              "SELECT status, headers, body, complete, digest FROM responses WHERE hold=?");
  statement.text(hold.id);
  const Result<bool> row = statement.row();
  if (!row) return fail(row.error());
  if (!*row) return {};
  StoredResponse& response = hold.response.emplace();
  response.status = static_cast<int>(statement.read_integer());
  read_header_lines(statement.read_text(), response);
  response.body = statement.read_text();
  response.complete = statement.read_integer() != 0;
  response.digest = statement.read_text();
  return {};
}

Result<void> insert_response(sqlite3* db, const Hold& hold) {
  const StoredResponse& response = *hold.response;
  sqlite::Statement statement(db, "INSERT INTO responses VALUES (?,?,?,?,?,?,?)");
  statement.text(hold.id).integer(unix_milliseconds(hold.response_until.value_or(WallTime{})));
  statement.integer(response.status).blob(header_lines(response)).blob(response.body);
  statement.integer(response.complete ? 1 : 0).text(response.digest);
  return statement.run();
}

}  // namespace holdfast::approvals
