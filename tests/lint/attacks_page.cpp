#include "tests/lint/attacks_page.hpp"

#include <fmt/format.h>

#include <set>

#include "tests/lint/named_tests.hpp"

namespace holdfast::lint {
namespace {

constexpr std::string_view kNotYet = "not yet: ";
// Said by many scenarios at their end, and no attack.
constexpr std::string_view kClosing = "the log verifies";

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
