#include "tests/lint/text_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace holdfast::lint {
namespace {

// Written in two halves, so that this file does not find itself.
constexpr std::string_view kTodo =
    "TO"
    "DO";
constexpr std::array<std::string_view, 4> kMachinePaths{
    "/ro"
    "ot/",
    "/ho"
    "me/",
    "/wo"
    "rk/",
    "/Us"
    "ers/"};

bool names_issue(std::string_view after) {
  return after.starts_with("(#") && after.size() > 2 &&
         std::isdigit(static_cast<unsigned char>(after[2])) != 0;
}

}  // namespace

Findings check_todo(const SourceFile& file) {
  Findings findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    const std::size_t at = line.find(kTodo);
    if (at == std::string_view::npos || names_issue(line.substr(at + kTodo.size()))) continue;
    findings.push_back({file.path, number,
                        "a to-do without its issue: write it as TO"
                        "DO(#12)"});
  }
  return findings;
}

Findings check_machine_paths(const SourceFile& file) {
  Findings findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    for (const std::string_view path : kMachinePaths) {
      if (line.find(path) == std::string_view::npos) continue;
      findings.push_back({file.path, number, fmt::format("a path of somebody's machine: {}", path)});
    }
    if (file.path.ends_with("package-lock.json") && line.find("://") != std::string_view::npos) {
      findings.push_back({file.path, number, "a lock file names packages and hashes, no host"});
    }
  }
  return findings;
}

Findings check_snippets(const SourceFile& page, const std::vector<SourceFile>& files) {
  constexpr std::string_view kOpen = "```yaml\n", kClose = "```";
  Findings findings;
  const std::string_view text = page.text;
  for (std::size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at)) {
    const int line =
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    at += kOpen.size();
    const std::string_view block = text.substr(at, text.find(kClose, at) - at);
    const bool kept = std::any_of(files.begin(), files.end(), [block](const SourceFile& file) {
      return file.path.starts_with("examples/") && file.text == block;
    });
    if (!kept)
      findings.push_back({page.path, line, "this block is no file of examples/, so no test runs it"});
  }
  return findings;
}

}  // namespace holdfast::lint
