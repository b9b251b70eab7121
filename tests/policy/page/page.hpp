// docs/policy.md as its test sees it: the YAML blocks and the tables, each table with the block before it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::policy {

struct Table {
  int line = 0;  // of its head
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::string yaml;  // of the last block before it
};

struct Page {
  std::vector<std::string> blocks;
  std::vector<Table> tables;

  // Those whose first column is called so.
  [[nodiscard]] std::vector<Table> about(std::string_view first) const;
  // The one that is; throws when there is none, or another.
  [[nodiscard]] const Table& only(std::string_view first) const;
};

[[nodiscard]] Page read_page(const std::string& path);

// What stands between backticks in a cell, in its order.
[[nodiscard]] std::vector<std::string> code_in(std::string_view cell);

}  // namespace holdfast::policy
