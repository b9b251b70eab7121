// Columns for people. Cells hold visible text (app/visible.hpp).
#pragma once

#include <string>
#include <vector>

namespace holdfast::app {

// Left-aligned, two spaces between columns, nothing at the ends of lines; the first row is the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// `name:` and what belongs to it, aligned; pairs whose value is empty are left out.
[[nodiscard]] std::string block(const std::vector<std::pair<std::string, std::string>>& lines);

}  // namespace holdfast::app
