// Tables in pages that name the tests which show what they say.
#pragma once

#include <string_view>
#include <vector>

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

// The names in backticks.
[[nodiscard]] std::vector<std::string_view> names_in(std::string_view cell);

// Whether there is a test of that name: `Suite.Name`, or `scenario: what it says`.
[[nodiscard]] bool exists(std::string_view named, const std::vector<SourceFile>& files);

// The last cell of a row of a table; empty for every other line, for the head of a table and the line below
// it.
[[nodiscard]] std::string_view last_cell(const std::vector<std::string_view>& lines, std::size_t at);

}  // namespace holdfast::lint
