// The data directory that the offline commands read, and the public key of the log in it.
#pragma once

#include <filesystem>
#include <string>

#include "app/options.hpp"
#include "core/result.hpp"
#include "receipts/options.hpp"

namespace holdfast::app {

// From the configuration; data_dir is set.
[[nodiscard]] Result<receipts::Options> find_receipts(const CommonOptions& options);

// The vkey as the log keeps it, else of the key and name that `keys init` made. Error: not_found when there
// is neither.
[[nodiscard]] Result<std::string> find_vkey(const std::filesystem::path& data_dir);

}  // namespace holdfast::app
