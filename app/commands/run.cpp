#include "app/commands/run.hpp"

#include <fmt/format.h>

#include <csignal>

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "app/serve.hpp"
#include "net/process_signals.hpp"

namespace holdfast::app {

int run(const CommonOptions& options) {
  const std::filesystem::path path = config::find_config(options.config);
  net::hold_signals({SIGHUP, SIGUSR1});  // until serve() listens to them
  Checked checked = load_and_check(path);
  for (const Problem& problem : checked.problems)
    fmt::print(stderr, "{}\n", to_text(problem));
  if (!checked.config)
    return complain(kCannot, fmt::format("{} has errors; nothing was started", path.string()));
  const auto served = serve({path, std::move(checked.standing), std::move(*checked.config), checked.policy,
                             std::move(checked.tls)});
  if (!served) return complain(kCannot, served.error().detail);
  return kFine;
}

}  // namespace holdfast::app
