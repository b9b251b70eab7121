// The table of the labels that agents have collected.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "approvals/label_row.hpp"
#include "approvals/limit_time.hpp"
#include "approvals/sqlite.hpp"

namespace holdfast::approvals {

// Within a write that has begun. A label that is there already is there since now.
Result<void> put_labels(sqlite3* db, const std::string& agent, const std::vector<std::string>& labels,
                        const LimitMark& now);
Result<void> take_labels_off(sqlite3* db, const std::string& agent, const std::vector<std::string>& labels);
Result<void> drop_labels(sqlite3* db, std::int64_t until);

[[nodiscard]] Result<std::vector<LabelRow>> read_labels(sqlite3* db);

}  // namespace holdfast::approvals
