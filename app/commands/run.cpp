#include "app/commands/run.hpp"

#include <fmt/format.h>

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "app/serve.hpp"

namespace holdfast::app {

int run(const CommonOptions& options) {
  const std::filesystem::path path = config::find_config(options.config);
  config::Standing standing = config::standing_of(path);
  Checked checked = load_and_check(path);
  for (const Problem& problem : checked.problems)
    fmt::print(stderr, "{}\n", to_text(problem));
  if (!checked.config)
    return complain(kCannot, fmt::format("{} has errors; nothing was started", path.string()));
  const auto served = serve({path, std::move(standing), std::move(*checked.config), checked.policy});
  if (!served) return complain(kCannot, served.error().detail);
  return kFine;
}

}  // namespace holdfast::app
