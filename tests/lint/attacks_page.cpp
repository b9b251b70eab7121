#include "tests/lint/attacks_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace holdfast::lint {
namespace {

constexpr std::string_view kNotYet = "not yet: ";
// Said by many scenarios at their end, and no attack.
constexpr std::string_view kClosing = "the log verifies";

// The names in backticks.
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

// The last cell of a row of a table; empty for every other line, for the head of a table and the line below
// it.
std::string_view last_cell(const std::vector<std::string_view>& lines, std::size_t at) {
  const auto is_row = [&](std::size_t line) { return line < lines.size() && lines[line].starts_with("|"); };
  if (!is_row(at) || lines[at].starts_with("|--") || (is_row(at + 1) && lines[at + 1].starts_with("|--")))
    return {};
  const std::string_view row = lines[at].substr(0, lines[at].rfind('|'));
  return row.substr(row.rfind('|') + 1);
}

// The names of the tests of a scenario.
std::vector<std::string> scenarios_of(const SourceFile& file) {
  std::vector<std::string> names;
  for (const std::string_view line : lines_of(file.text)) {
    constexpr std::string_view kTest = "test(";
    if (!line.starts_with(kTest) || line.size() <= kTest.size()) continue;
    const char quote = line[kTest.size()];
    const std::size_t end = line.find(fmt::format("{},", quote), kTest.size() + 1);
    if (end != std::string_view::npos)
      names.emplace_back(line.substr(kTest.size() + 1, end - kTest.size() - 1));
  }
  return names;
}

}  // namespace

Findings check_attacks(const SourceFile& page, const std::vector<SourceFile>& files) {
  Findings findings;
  std::set<std::string, std::less<>> named;
  const std::vector<std::string_view> lines = lines_of(page.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view cell = last_cell(lines, i);
    if (cell.empty()) continue;
    const int line = static_cast<int>(i) + 1;
    const std::vector<std::string_view> names = names_in(cell);
    if (names.empty() && cell.find(kNotYet) == std::string_view::npos)
      findings.push_back({page.path, line, "this attack names no test, and no reason why there is none yet"});
    for (const std::string_view name : names) {
      named.emplace(name);
      if (!exists(name, files))
        findings.push_back({page.path, line, fmt::format("there is no test `{}`", name)});
    }
  }
  for (const SourceFile& file : files) {
    constexpr std::string_view kFolder = "tests/scenarios/";
    if (!file.path.starts_with("tests/scenarios/attacks-")) continue;
    const std::string_view scenario(file.path.data() + kFolder.size(), file.path.find('.') - kFolder.size());
    for (const std::string& name : scenarios_of(file)) {
      if (name != kClosing && !named.contains(fmt::format("{}: {}", scenario, name)))
        findings.push_back(
            {file.path, 0, fmt::format("the attack \"{}\" has no row in {}", name, page.path)});
    }
  }
  return findings;
}

}  // namespace holdfast::lint
