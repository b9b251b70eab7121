#include "proxy/identify.hpp"

namespace holdfast::proxy {

Result<const Agent*> identify(const Snapshot& snapshot, const std::vector<net::HeaderLine>& headers) {
  const auto& agents = snapshot.options.agents;
  if (agents.empty()) return &snapshot.anonymous;
  if (agents.size() == 1 && agents.front().token.empty()) return &agents.front().agent;
  if (net::count_headers(headers, "Holdfast-Agent-Token") > 1) {
    return fail(Code::unauthenticated, "the header Holdfast-Agent-Token stands twice");
  }
  const net::HeaderLine* shown = net::find_header(headers, "Holdfast-Agent-Token");
  const Agent* caller = nullptr;
  for (const KnownAgent& known : agents) {
    if (shown != nullptr && !known.token.empty() && known.token.equals(shown->value)) caller = &known.agent;
  }
  if (caller != nullptr) return caller;
  return fail(Code::unauthenticated, shown == nullptr
                                         ? "send your token in the header Holdfast-Agent-Token"
                                         : "the token in Holdfast-Agent-Token is not known here");
}

const Agent* find_agent(const Snapshot& snapshot, std::string_view id) {
  for (const KnownAgent& known : snapshot.options.agents) {
    if (known.agent.id == id) return &known.agent;
  }
  const bool nobody_known = snapshot.options.agents.empty();
  return nobody_known && snapshot.anonymous.id == id ? &snapshot.anonymous : nullptr;
}

}  // namespace holdfast::proxy
