// A hold as a row of the store: which column holds what, in one place for writing and for reading.
#pragma once

#include <string>

#include "approvals/hold.hpp"
#include "approvals/sqlite.hpp"

namespace holdfast::approvals {

// Do not change a column of a released version: add, and raise the schema version.
inline constexpr const char* kHoldColumns =
    "id, handle, call_id, agent, trust_tier, upstream, tool, operation, risk_level, method, target, args, "
    "rule, "
    "reason, plan, digest, nonce, match_key, policy, receipt_id, agent_auth, protocol, bytes, body, "
    "body_base64, required, "
    "from_groups, asking, shown, created_at, expires_at, "
    "version, status, ending, end_reason, asynchronous, redeem_until, resolved_at, detached, "
    "client_cancelled, response_until, handed_over, log_head";

// Binds every column of kHoldColumns, in that order.
void bind_hold(sqlite::Statement& to, const Hold& hold);

// Binds those that change, from `version` on.
void bind_changing(sqlite::Statement& to, const Hold& hold);

// Reads one row of kHoldColumns. Error: corrupt, a value that we never write.
[[nodiscard]] Result<Hold> read_hold(sqlite::Statement& from);

// A vote's row, from its approver on; its act as it is written there.
[[nodiscard]] Vote read_vote(sqlite::Statement& from);
[[nodiscard]] std::string_view act_text(Act act);

// What belongs to a hold in the other tables, added to it. The response is there only while it is kept.
Result<void> read_votes(sqlite3* db, Hold& hold);
Result<void> read_deliveries(sqlite3* db, Hold& hold);
Result<void> read_response(sqlite3* db, Hold& hold);
Result<void> insert_response(sqlite3* db, const Hold& hold);

}  // namespace holdfast::approvals
