// Opening the file of the embedded store: its mode, its lock, its health and its schema.
#pragma once

#include <filesystem>

#include "approvals/sqlite.hpp"
#include "core/result.hpp"

namespace holdfast::approvals::sqlite {

// Errors as open_sqlite_store().
[[nodiscard]] Result<Handle> open_file(const std::filesystem::path& data_dir);

}  // namespace holdfast::approvals::sqlite
