// The files of a configuration: read whole, parsed, and merged.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"

namespace holdfast::config {

struct Documents {
  std::vector<File> files;   // in name order
  std::optional<Node> root;  // absent when something could not be read or merged
};

// A file, or every *.yaml of a directory in name order: maps are merged, lists concatenated, and a scalar
// that two files set is a problem.
[[nodiscard]] Documents read_documents(const std::filesystem::path& path, Problems* problems);

}  // namespace holdfast::config
