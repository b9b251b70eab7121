// The sealed requests of asynchronous calls as rows of the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "approvals/sqlite.hpp"

namespace holdfast::approvals {

// What these promise stands in store.hpp.
Result<void> insert_request(sqlite3* db, const std::string& hold, const std::string& sealed);
Result<void> drop_request(sqlite3* db, const std::string& hold);
[[nodiscard]] Result<std::vector<std::string>> read_requested(sqlite3* db);
[[nodiscard]] Result<std::optional<std::string>> read_request(sqlite3* db, const std::string& hold);

}  // namespace holdfast::approvals
