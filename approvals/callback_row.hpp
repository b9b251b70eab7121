// An answered callback as a row of the store: which column holds what, for writing and for reading.
#pragma once

#include <string>

#include "approvals/sqlite.hpp"
#include "approvals/store.hpp"

namespace holdfast::approvals {

// Binds every column of `callbacks`, in order.
void bind_callback(sqlite::Statement& to, const CallbackRecord& record);

// Those behind approver and id; read_callback reads one row of them.
inline constexpr const char* kCallbackAnswer = "body_hash, at, status, body, refusal";
[[nodiscard]] CallbackRecord read_callback(sqlite::Statement& from, std::string approver, std::string id);

// A read.
[[nodiscard]] Result<std::optional<CallbackRecord>> find_callback(sqlite3* db, const std::string& approver,
                                                                  const std::string& id);

}  // namespace holdfast::approvals
