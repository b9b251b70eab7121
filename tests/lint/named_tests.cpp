#include "tests/lint/named_tests.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::lint {
namespace {

// `test('name'` in either quotes, as the scenarios write it.
bool has_scenario(const SourceFile& file, std::string_view name) {
  for (const char quote : {'\'', '"'}) {
    if (file.text.find(fmt::format("test({}{}{},", quote, name, quote)) != std::string::npos) return true;
  }
  return false;
}

bool has_test(const SourceFile& file, std::string_view suite, std::string_view name) {
  for (const std::string_view macro : {"TEST", "TEST_F", "TEST_P"}) {
    if (file.text.find(fmt::format("{}({}, {})", macro, suite, name)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string_view> names_in(std::string_view cell) {
  std::vector<std::string_view> names;
  for (std::size_t at = cell.find('`'); at != std::string_view::npos; at = cell.find('`', at)) {
    const std::size_t end = cell.find('`', ++at);
    if (end == std::string_view::npos) break;
    names.push_back(cell.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

bool exists(std::string_view named, const std::vector<SourceFile>& files) {
  if (const std::size_t colon = named.find(": "); colon != std::string_view::npos) {
    const std::string name = fmt::format("{}.mjs", named.substr(0, colon));
    return std::any_of(files.begin(), files.end(), [&](const SourceFile& file) {
      const bool is_it = file.path == "tests/scenarios/" + name || file.path == "tests/faults/" + name;
      return is_it && has_scenario(file, named.substr(colon + 2));
    });
  }
  const std::size_t dot = named.find('.');
  if (dot == std::string_view::npos) return false;
  return std::any_of(files.begin(), files.end(), [&](const SourceFile& file) {
    return file.path.starts_with("tests/") && is_code(file.path) &&
           has_test(file, named.substr(0, dot), named.substr(dot + 1));
  });
}

std::string_view last_cell(const std::vector<std::string_view>& lines, std::size_t at) {
  const auto is_row = [&](std::size_t line) { return line < lines.size() && lines[line].starts_with("|"); };
  if (!is_row(at) || lines[at].starts_with("|--") || (is_row(at + 1) && lines[at + 1].starts_with("|--")))
    return {};
  const std::string_view row = lines[at].substr(0, lines[at].rfind('|'));
  return row.substr(row.rfind('|') + 1);
}

}  // namespace holdfast::lint
