// Turns of the kill switch as rows of the store, in the order in which they were made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "approvals/halt.hpp"
#include "approvals/sqlite.hpp"

namespace holdfast::approvals {

// What these promise stands in store.hpp.
Result<void> insert_turn(sqlite3* db, const HaltTurn& turn);
[[nodiscard]] Result<std::optional<HaltTurn>> read_newest_turn(sqlite3* db);
[[nodiscard]] Result<std::vector<HaltTurn>> read_unrecorded_turns(sqlite3* db);
Result<void> mark_turn(sqlite3* db, const std::string& id);

}  // namespace holdfast::approvals
