// Columns for people. Cells hold visible text (app/visible.hpp).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/paint.hpp"

namespace holdfast::app {

// Left-aligned, two spaces between columns, nothing at the ends of lines; the first row is the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// The colour of a cell, by its row and column.
using Paint = std::function<Colour(std::size_t, std::size_t)>;
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows, const Paint& paint);

// `name:` and what belongs to it, aligned; pairs whose value is empty are left out.
[[nodiscard]] std::string block(const std::vector<std::pair<std::string, std::string>>& lines);

}  // namespace holdfast::app
