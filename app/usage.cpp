#include "app/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "app/exit.hpp"
#include "app/visible.hpp"
#include "config/suggest.hpp"

namespace holdfast::app {
namespace {

// The last command that was understood, and how it is called.
struct Understood {
  const CLI::App* command;
  std::string name;
};

Understood understood(const CLI::App& root) {
  Understood out{&root, root.get_name()};
  while (!out.command->get_subcommands().empty()) {
    out.command = out.command->get_subcommands().front();
    out.name += " " + out.command->get_name();
  }
  return out;
}

std::vector<std::string> commands_of(const CLI::App& parent) {
  std::vector<std::string> names;
  for (const CLI::App* command : parent.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::string sentence(const Understood& at, const CLI::App& root, const std::vector<std::string>& commands) {
  const std::vector<std::string> words = root.remaining(true);
  const auto word = std::find_if(words.begin(), words.end(),
                                 [](const std::string& one) { return !one.empty() && one.front() != '-'; });
  if (word == words.end()) return fmt::format("`{}` needs a command", at.name);
  const std::string hint = config::did_you_mean(*word, commands);
  return fmt::format("`{}` is no command of `{}`{}{}", visible(*word), at.name, hint.empty() ? "" : ": ",
                     hint);
}

}  // namespace

int tell(const CLI::App& root, const CLI::ParseError& mistake) {
  const Understood at = understood(root);
  const std::vector<std::string> commands = commands_of(*at.command);
  if (mistake.get_name() != "RequiredError" || commands.empty()) {
    return root.exit(mistake) == 0 ? kFine : kUsage;
  }
  fmt::print(stderr, "{}\nCommands: {}\nRun with --help for more information.\n",
             sentence(at, root, commands), fmt::join(commands, ", "));
  return kUsage;
}

}  // namespace holdfast::app
