// ${NAME} in a value, and file:PATH where a secret is expected.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <tl/expected.hpp>

#include "core/problem.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::config {

struct Expanded {
  std::string text;
  bool changed = false;                          // a variable stood in it
  std::map<std::string, std::string> variables;  // by name
};

// Why not, and what to write instead. Of the text it names the variable alone.
struct NotExpanded {
  std::string detail;
  std::string hint;
};

// Replaces each ${NAME} by the process's environment variable; `$${` is the two characters `${`. What comes
// out is never read again for variables.
[[nodiscard]] tl::expected<Expanded, NotExpanded> expand(const std::string& text);

// `$NAME`, which is text, of somebody who means ${NAME}.
[[nodiscard]] bool is_variable_without_braces(std::string_view text);

// "the environment variable NAME is empty" where the text is that variable alone; else empty.
[[nodiscard]] std::string emptiness_of(const std::string& text);

// Puts ${NAME} where a variable's value stands in what is said. A value of a few characters, which no secret
// has, only where it stands alone in quotes: it would be found in the words of any sentence.
void conceal(Problems* problems, const std::map<std::string, std::string>& variables);

// The same in one text, where a whole value stands: as it is, or as JSON text writes it.
void conceal(std::string* text, const std::map<std::string, std::string>& variables);

// The content of a mounted secret without the newlines at its end. Errors name the path only.
[[nodiscard]] Result<Secret> read_secret_file(const std::filesystem::path& path);

}  // namespace holdfast::config
