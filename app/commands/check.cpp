#include "app/commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"

namespace holdfast::app {

int check(const CommonOptions& options, bool strict) {
  const std::filesystem::path path = config::find_config(options.config);
  const Checked checked = load_and_check(path);
  for (const Problem& problem : checked.problems)
    say(to_text(problem));
  const auto errors =
      std::count_if(checked.problems.begin(), checked.problems.end(),
                    [](const Problem& problem) { return problem.severity == Severity::error; });
  const auto warnings = static_cast<std::ptrdiff_t>(checked.problems.size()) - errors;
  if (errors > 0 || (strict && warnings > 0)) {
    say(fmt::format("{}: {} error{}, {} warning{}", path.string(), errors, errors == 1 ? "" : "s", warnings,
                    warnings == 1 ? "" : "s"));
    return kBad;
  }
  say(fmt::format("{}: fine ({} upstreams, {} rules, {} approvers)", path.string(),
                  checked.config->proxy.upstreams.size(), checked.config->policy.rules.size(),
                  checked.config->approvals.approvers.size()));
  return kFine;
}

}  // namespace holdfast::app
