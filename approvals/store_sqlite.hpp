// The embedded store: one SQLite file, <data_dir>/approvals.db, mode 0600, write-ahead log, synchronous=FULL,
// and held exclusively, so that a second instance on the same directory is refused.
#pragma once

#include <filesystem>
#include <memory>

#include "approvals/store.hpp"

namespace holdfast::approvals {

// Written to user_version. A file of a newer version is refused, never guessed at.
inline constexpr int kSchemaVersion = 8;

// Opens or makes the file. Errors, each a sentence that says what to do: unavailable (not writable, in use),
// corrupt (not a database, damaged, not ours), unsupported (a newer schema).
[[nodiscard]] Result<std::unique_ptr<ApprovalStore>> open_sqlite_store(const std::filesystem::path& data_dir);

}  // namespace holdfast::approvals
