// ${NAME} in a value, and file:PATH where a secret is expected.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::config {

struct Expanded {
  std::string text;
  bool changed = false;                          // a variable stood in it
  std::map<std::string, std::string> variables;  // by name
};

// Replaces each ${NAME} by the process's environment variable; `$${` is the two characters `${`. What comes
// out is never read again for variables. Error: malformed, naming the variable.
[[nodiscard]] Result<Expanded> expand(const std::string& text);

// The content of a mounted secret without the newlines at its end. Errors name the path only.
[[nodiscard]] Result<Secret> read_secret_file(const std::filesystem::path& path);

}  // namespace holdfast::config
