#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast {

std::string to_text(const Position& at) {
  return at.line > 0 ? fmt::format("{}:{}:{}", at.file, at.line, at.column) : at.file;
}

std::string to_text(const Problem& problem) {
  const char* kind = problem.severity == Severity::error ? "" : "warning: ";
  std::string text = fmt::format("{}: {}{}", to_text(problem.at), kind, problem.message);
  if (!problem.hint.empty()) text += fmt::format("\n    hint: {}", problem.hint);
  return text;
}

bool has_error(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& p) { return p.severity == Severity::error; });
}

}  // namespace holdfast
