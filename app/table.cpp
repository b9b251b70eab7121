#include "app/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/visible.hpp"

namespace holdfast::app {

std::string table(const std::vector<std::vector<std::string>>& rows) {
  return table(rows, [](std::size_t, std::size_t) { return Colour::plain; });
}

std::string table(const std::vector<std::vector<std::string>>& rows, const Paint& paint) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += painted(row[i], paint(r, i)) + std::string(widths[i] - columns(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string block(const std::vector<std::pair<std::string, std::string>>& lines) {
  std::size_t width = 0;
  for (const auto& [name, value] : lines)
    width = std::max(width, value.empty() ? 0 : name.size());
  std::string out;
  for (const auto& [name, value] : lines) {
    if (!value.empty()) out += fmt::format("{}:{:{}}{}\n", name, "", width - name.size() + 2, value);
  }
  return out;
}

}  // namespace holdfast::app
