#include "tests/lint/limits_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "tests/lint/named_tests.hpp"

namespace holdfast::lint {
namespace {

constexpr std::array<std::string_view, 4> kNoLimits{"version", "loops", "trust_tier", "required_approvers"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '-'))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

// Digits, then nothing or a unit: 50s, 1h30m, 2ms, 1MiB, 100.
bool is_amount(std::string_view value) {
  if (value.empty() || std::isdigit(static_cast<unsigned char>(value.front())) == 0) return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

// The limit in the first cell of a row: `hold.wait`.
std::string_view limit_of(std::string_view row) {
  const std::vector<std::string_view> names = names_in(row.substr(0, row.find('|', 1)));
  return names.empty() ? std::string_view() : names.front();
}

}  // namespace

std::vector<std::string> limits_of(const SourceFile& reference) {
  std::vector<std::string> limits;
  // The keys above a line, with how far each is indented.
  std::vector<std::pair<std::size_t, std::string>> above;
  for (std::string_view line : lines_of(reference.text)) {
    line = line.substr(0, line.find('#'));
    const std::size_t colon = line.find(':');
    const std::size_t indent = line.find_first_not_of(" -");
    if (colon == std::string_view::npos || indent == std::string_view::npos) continue;
    while (!above.empty() && above.back().first >= indent)
      above.pop_back();
    const std::string_view key = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (is_amount(value) && std::find(kNoLimits.begin(), kNoLimits.end(), key) == kNoLimits.end()) {
      std::string name;
      for (const auto& [at, part] : above)
        name += part + ".";
      limits.push_back(name + std::string(key));
    }
    if (value.empty()) above.emplace_back(indent, key);
  }
  return limits;
}

Findings check_limits(const SourceFile& page, const SourceFile& reference,
                      const std::vector<SourceFile>& files) {
  Findings findings;
  const std::vector<std::string> limits = limits_of(reference);
  std::set<std::string_view> seen;
  const std::vector<std::string_view> lines = lines_of(page.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view cell = last_cell(lines, i);
    if (cell.empty()) continue;
    const int line = static_cast<int>(i) + 1;
    const std::string_view limit = limit_of(lines[i]);
    if (std::find(limits.begin(), limits.end(), limit) == limits.end() || !seen.insert(limit).second)
      findings.push_back(
          {page.path, line,
           fmt::format("`{}` is no limit of {}, or stands here twice", limit, reference.path)});
    const std::vector<std::string_view> names = names_in(cell);
    if (names.empty()) findings.push_back({page.path, line, "this limit names no test"});
    for (const std::string_view name : names) {
      if (!exists(name, files))
        findings.push_back({page.path, line, fmt::format("there is no test `{}`", name)});
    }
  }
  for (const std::string& limit : limits) {
    if (!seen.contains(limit))
      findings.push_back({page.path, 0, fmt::format("the limit `{}` has no row, and so no test", limit)});
  }
  return findings;
}

}  // namespace holdfast::lint
