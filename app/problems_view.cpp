#include "app/problems_view.hpp"

#include <algorithm>
#include <vector>

#include "core/json_text.hpp"

namespace holdfast::app {

std::size_t count(const Problems& problems, Severity severity) {
  return static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(), [&](const Problem& one) { return one.severity == severity; }));
}

std::string problems_json(const Problems& problems) {
  std::vector<std::string> items;
  for (const Problem& problem : problems) {
    json::ObjectText object;
    if (problem.at.line > 0) object.set("column", problem.at.column);
    object.set("file", json::to_utf8(problem.at.file)).set_if("hint", json::to_utf8(problem.hint));
    if (problem.at.line > 0) object.set("line", problem.at.line);
    object.set("message", json::to_utf8(problem.message));
    object.set("severity", problem.severity == Severity::error ? "error" : "warning");
    items.push_back(object.text());
  }
  return json::ObjectText()
      .set("errors", std::uint64_t{count(problems, Severity::error)})
      .set_raw("problems", json::array_text(items))
      .set("warnings", std::uint64_t{count(problems, Severity::warning)})
      .text();
}

}  // namespace holdfast::app
