#include "app/commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"

namespace holdfast::app {
namespace {

std::string counted(std::ptrdiff_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

int check(const CommonOptions& options, bool strict) {
  const std::filesystem::path path = config::find_config(options.config);
  const Checked checked = load_and_check(path);
  for (const Problem& problem : checked.problems)
    say(to_text(problem));
  const auto errors =
      std::count_if(checked.problems.begin(), checked.problems.end(),
                    [](const Problem& problem) { return problem.severity == Severity::error; });
  const auto warnings = static_cast<std::ptrdiff_t>(checked.problems.size()) - errors;
  if (!checked.config || errors > 0 || (strict && warnings > 0)) {
    say(fmt::format("{}: {}, {}", path.string(), counted(errors, "error"), counted(warnings, "warning")));
    return kBad;
  }
  const config::Config& config = *checked.config;
  say(fmt::format("{}: fine ({}, {}, {})", path.string(),
                  counted(std::ssize(config.proxy.upstreams), "upstream"),
                  counted(std::ssize(config.policy.rules), "rule"),
                  counted(std::ssize(config.approvals.approvers), "approver")));
  return kFine;
}

}  // namespace holdfast::app
