#include "policy/directory.hpp"

namespace holdfast::policy {

const KnownUpstream* Directory::find_upstream(std::string_view name) const {
  for (const KnownUpstream& upstream : upstreams) {
    if (upstream.name == name) return &upstream;
  }
  return nullptr;
}

const Tool* Directory::find_tool(std::string_view tool) const {
  const std::size_t dot = tool.find('.');
  const KnownUpstream* upstream = find_upstream(tool.substr(0, dot));
  if (upstream == nullptr || dot == std::string_view::npos) return nullptr;
  for (const Tool& known : upstream->tools) {
    if (!known.name.empty() && known.name == tool.substr(dot + 1)) return &known;
  }
  return nullptr;
}

const Agent* Directory::find_agent(std::string_view id) const {
  for (const Agent& agent : agents) {
    if (agent.id == id) return &agent;
  }
  return nullptr;
}

std::vector<std::string> Directory::tool_names() const {
  std::vector<std::string> names;
  for (const KnownUpstream& upstream : upstreams) {
    for (const Tool& tool : upstream.tools) {
      if (!tool.name.empty()) names.push_back(upstream.name + "." + tool.name);
    }
  }
  return names;
}

}  // namespace holdfast::policy
