#include "app/commands/check.hpp"

#include <fmt/format.h>

#include <string>

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/problems_view.hpp"
#include "app/say.hpp"

namespace holdfast::app {
namespace {

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

int check(const CommonOptions& options, bool strict) {
  const std::filesystem::path path = config::find_config(options.config);
  const Checked checked = load_and_check(path);
  const std::size_t errors = count(checked.problems, Severity::error);
  const std::size_t warnings = count(checked.problems, Severity::warning);
  const bool bad = !checked.config || errors > 0 || (strict && warnings > 0);
  if (options.json) {
    say(problems_json(checked.problems));
    return bad ? kBad : kFine;
  }
  for (const Problem& problem : checked.problems)
    say(to_text(problem));
  if (bad) {
    say(fmt::format("{}: {}, {}", path.string(), counted(errors, "error"), counted(warnings, "warning")));
    return kBad;
  }
  const config::Config& config = *checked.config;
  say(fmt::format("{}: fine ({}, {}, {})", path.string(), counted(config.proxy.upstreams.size(), "upstream"),
                  counted(config.policy.rules.size(), "rule"),
                  counted(config.approvals.approvers.size(), "approver")));
  return kFine;
}

}  // namespace holdfast::app
