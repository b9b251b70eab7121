#include "tests/policy/page/page.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace holdfast::policy {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}

// `| a | b |`
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  line.remove_prefix(1);
  for (std::size_t end = line.find('|'); end != std::string_view::npos; end = line.find('|')) {
    cells.push_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return cells;
}

}  // namespace

std::vector<Table> Page::about(std::string_view first) const {
  std::vector<Table> found;
  std::copy_if(tables.begin(), tables.end(), std::back_inserter(found),
               [first](const Table& table) { return table.head.front() == first; });
  return found;
}

const Table& Page::only(std::string_view first) const {
  const Table* found = nullptr;
  for (const Table& table : tables) {
    if (table.head.front() != first) continue;
    if (found != nullptr) throw std::invalid_argument("two tables begin with " + std::string(first));
    found = &table;
  }
  if (found == nullptr) throw std::invalid_argument("no table begins with " + std::string(first));
  return *found;
}

Page read_page(const std::string& path) {
  std::ifstream file(path);
  Page page;
  bool in_block = false, in_table = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("```")) {
      in_block = line == "```yaml";
      if (in_block) page.blocks.emplace_back();
    } else if (in_block) {
      page.blocks.back() += line + "\n";
    } else if (!line.starts_with('|')) {
      in_table = false;
    } else if (!in_table) {
      in_table = true;
      page.tables.push_back({number, cells_of(line), {}, page.blocks.empty() ? "" : page.blocks.back()});
    } else if (!line.starts_with("|---")) {
      page.tables.back().rows.push_back(cells_of(line));
    }
  }
  return page;
}

std::vector<std::string> code_in(std::string_view cell) {
  std::vector<std::string> found;
  while (true) {
    const std::size_t open = cell.find('`');
    const std::size_t close = open == std::string_view::npos ? open : cell.find('`', open + 1);
    if (close == std::string_view::npos) return found;
    found.emplace_back(cell.substr(open + 1, close - open - 1));
    cell.remove_prefix(close + 1);
  }
}

}  // namespace holdfast::policy
