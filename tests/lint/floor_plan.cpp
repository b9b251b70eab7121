#include "tests/lint/floor_plan.hpp"

#include <fmt/format.h>

#include <sstream>

namespace holdfast::lint {
namespace {

using Names = std::set<std::string, std::less<>>;

Names split(std::string_view list) {
  Names names;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) names.emplace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

// The picture of 01-architecture: what each room may use at most. A layer that is not in it is a new room,
// and belongs in the picture first.
const std::map<std::string, Names, std::less<>>& drawn() {
  static const std::map<std::string, Names, std::less<>> plan{
      {"core", {}},
      {"crypto", {"core"}},
      {"net", {"core"}},
      {"policy", {"core"}},
      {"receipts", {"crypto", "core"}},
      {"approvals", {"net", "crypto", "core"}},
      {"proxy", {"approvals", "receipts", "policy", "net", "crypto", "core"}},
      {"control", {"approvals", "receipts", "policy", "net", "crypto", "core"}},
      // Systems that have a proxy of their own ask here: calls are recognised as the agent plane does,
      // requests are served as the control plane's are.
      {"pdp", {"proxy", "control", "approvals", "receipts", "policy", "net", "crypto", "core"}},
      {"config", {"core"}},
      {"app",
       {"config", "proxy", "control", "pdp", "approvals", "receipts", "policy", "net", "crypto", "core"}},
  };
  return plan;
}

const Names& drawn_options_of_config() {
  static const Names names{"proxy", "control", "pdp", "approvals", "receipts", "policy"};
  return names;
}

// The name between the quotes or brackets of an #include, with its opening character; empty for any other
// line.
std::string_view included(std::string_view line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string_view::npos || line[hash] != '#') return {};
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include")) return {};
  const std::size_t open = line.find_first_of("\"<", word);
  if (open == std::string_view::npos) return {};
  const std::size_t close = line.find_first_of("\">", open + 1);
  return line.substr(open, close == std::string_view::npos ? close : close - open);
}

bool is_heavy(std::string_view name) {
  return name.starts_with("boost/beast") || name.starts_with("boost/asio");
}

bool may_include(const FloorPlan& plan, std::string_view from, std::string_view target) {
  const std::string_view to = folder_of(target);
  if (from == to) return true;
  const Layer& layer = plan.find(from)->second;
  if (layer.uses.contains(to)) return true;
  return layer.options_of.contains(to) && target == std::string(to) + "/options.hpp";
}

}  // namespace

FloorPlan parse_floor_plan(std::string_view text) {
  FloorPlan plan;
  for (const std::string_view line : lines_of(text)) {
    std::istringstream words{std::string(line)};
    std::string name, word;
    if (!(words >> name)) continue;
    Layer& layer = plan[name];
    while (words >> word) {
      if (word.starts_with("uses=")) layer.uses = split(std::string_view(word).substr(5));
      if (word.starts_with("options=")) layer.options_of = split(std::string_view(word).substr(8));
    }
  }
  return plan;
}

Findings check_plan(const FloorPlan& plan) {
  Findings findings;
  const auto refuse = [&findings](const std::string& name, const std::string& message) {
    findings.push_back({name + "/CMakeLists.txt", 0, message});
  };
  for (const auto& [name, layer] : plan) {
    const auto drawn_layer = drawn().find(name);
    if (drawn_layer == drawn().end()) {
      refuse(name, fmt::format("layer {} is not in the picture of 01-architecture", name));
      continue;
    }
    for (const std::string& used : layer.uses) {
      if (!drawn_layer->second.contains(used)) refuse(name, fmt::format("{} may not use {}", name, used));
    }
    for (const std::string& used : layer.options_of) {
      const bool fills = name == "config" && drawn_options_of_config().contains(used);
      if (!fills) refuse(name, fmt::format("{} may not fill the options of {}", name, used));
    }
  }
  return findings;
}

Findings check_includes(const FloorPlan& plan, const SourceFile& file) {
  Findings findings;
  const std::string_view from = folder_of(file.path);
  if (!is_code(file.path) || !plan.contains(from)) return findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    const std::string_view include = included(line);
    if (include.empty()) continue;
    const std::string_view target = include.substr(1);
    if (from != "net" && is_heavy(target)) {
      findings.push_back({file.path, number, fmt::format("<{}> is included by net alone", target)});
    }
    if (include.front() != '"') continue;
    const std::string_view to = folder_of(target);
    if (to.empty()) {
      findings.push_back({file.path, number, fmt::format("\"{}\" is not named from the root", target)});
    } else if (to == "tests" || (plan.contains(to) && !may_include(plan, from, target))) {
      findings.push_back({file.path, number, fmt::format("{} may not include {}", from, target)});
    }
  }
  return findings;
}

}  // namespace holdfast::lint
