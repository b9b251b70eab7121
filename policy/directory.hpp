// What the configuration says of tools and agents, as far as the policy may know it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/tool.hpp"

namespace holdfast::policy {

struct KnownUpstream {
  std::string name;
  Protocol protocol = Protocol::http;
  // Those that are listed. Behind an http upstream there is nothing else but <upstream>.http.<method>.
  std::vector<Tool> tools;
};

struct Directory {
  std::vector<KnownUpstream> upstreams;
  std::vector<Agent> agents;
  Agent caller;                            // who calls when nobody says who
  std::map<std::string, int> trust_tiers;  // names that may stand for 1 to 5
  bool others = false;  // there are calls of other upstreams too: somebody asks about what he carries himself

  [[nodiscard]] const KnownUpstream* find_upstream(std::string_view name) const;
  // By `<upstream>.<name>`; null when it is not listed.
  [[nodiscard]] const Tool* find_tool(std::string_view tool) const;
  [[nodiscard]] const Agent* find_agent(std::string_view id) const;
  // Of the listed tools that have a name, `<upstream>.<name>` in the order of the configuration.
  [[nodiscard]] std::vector<std::string> tool_names() const;
};

}  // namespace holdfast::policy
