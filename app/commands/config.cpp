#include "app/commands/config.hpp"

#include "app/configuration.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "config/schema.hpp"
#include "config/shown.hpp"
#include "config/tree_text.hpp"

namespace holdfast::app {

int show_config(const CommonOptions& options) {
  const std::filesystem::path path = config::find_config(options.config);
  // A configuration that would not start has no effect to show.
  const Checked checked = load_and_check(path);
  for (const Problem& problem : checked.problems)
    complain(kBad, to_text(problem));
  if (!checked.config) return kBad;
  const config::Shown shown = config::show(path);
  if (!shown.tree) {
    for (const Problem& problem : shown.problems)
      complain(kBad, to_text(problem));
    return kBad;
  }
  write_exactly(options.json ? to_json(*shown.tree) : to_yaml(*shown.tree));
  return kFine;
}

int print_schema(bool part) {
  write_exactly(config::schema_text(part));
  return kFine;
}

}  // namespace holdfast::app
