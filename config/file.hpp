// A file that the configuration consists of, and how it is read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace holdfast::config {

struct File {
  std::string name;  // relative to the directory of the configuration
  std::string text;  // its bytes as read, before any ${NAME} is replaced
};

// The bytes of a file; one more than `most` when there are more, so that its reader notices. Errors:
// not_found, io.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

}  // namespace holdfast::config
