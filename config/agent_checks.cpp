// What agents are known by: each by one thing that is nobody else's, and that opens nothing on the control
// plane (law 1).
#include <fmt/format.h>

#include <algorithm>

#include "config/sections.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

constexpr std::size_t kShortestToken = 16;

std::string where(const Position& at) {
  return fmt::format("the first is at {}:{}:{}", at.file, at.line, at.column);
}

bool same(const Secret& a, const Secret& b) {
  return !a.empty() && !b.empty() && a.equals(b.reveal_secret());
}

void check_credential(Context& context, const proxy::KnownAgent& agent, bool alone) {
  const std::string& id = agent.agent.id;
  const int credentials = int{!agent.token.empty()} + int{!agent.mtls.empty()} + int{!agent.listener.empty()};
  if (credentials == 0 && !alone && !context.told.contains(id)) {
    context.error(agent.at, fmt::format("the agent `{}` needs a token, as there are several agents", id),
                  "or an `mtls`, or a `listener`");
  }
  if (credentials > 1) {
    context.error(agent.at, fmt::format("the agent `{}` has several of `token`, `mtls` and `listener`", id),
                  "an agent is known by one of them");
  }
  if (!agent.token.empty() && agent.token.size() < kShortestToken) {
    context.error(agent.at,
                  fmt::format("the token of agent `{}` is shorter than {} characters", id, kShortestToken),
                  "make one with: openssl rand -hex 24");
  }
}

void check_pair(Context& context, const proxy::KnownAgent& first, const proxy::KnownAgent& agent) {
  const std::string& id = agent.agent.id;
  const std::string& other = first.agent.id;
  if (other == id && !id.empty()) {
    return context.error(agent.at, fmt::format("the agent `{}` stands twice", id), where(first.at));
  }
  const char* shared = nullptr;
  if (same(agent.token, first.token)) shared = "token";
  if (!agent.mtls.empty() && agent.mtls == first.mtls) shared = "`mtls`";
  if (!agent.listener.empty() && agent.listener == first.listener) shared = "`listener`";
  if (shared != nullptr)
    context.error(agent.at, fmt::format("the agents `{}` and `{}` have the same {}", other, id, shared));
}

void check_approvers(Context& context, const Config& config, const proxy::KnownAgent& agent) {
  for (const approvals::Approver& approver : config.approvals.approvers) {
    bool shared = same(agent.token, approver.token);
    if (approver.webhook) {
      for (const Secret& secret : approver.webhook->secrets)
        shared = shared || same(agent.token, secret);
    }
    if (!shared) continue;
    context.error(agent.at,
                  fmt::format("the token of agent `{}` is also a credential of approver `{}`", agent.agent.id,
                              approver.id),
                  "an agent could approve its own calls with it");
  }
}

void check_certificate(Context& context, const proxy::Options& options, const proxy::KnownAgent& agent) {
  if (agent.mtls.empty()) return;
  const std::string& who = agent.mtls;
  const bool name = who.starts_with("DNS:") || who.starts_with("URI:");
  if (name ? who.size() == 4 : who.find('=') == std::string::npos) {
    context.error(agent.at,
                  fmt::format("the `mtls` of agent `{}` is neither a subject nor a name", agent.agent.id),
                  "CN=support-bot,O=Example as openssl x509 -subject -nameopt RFC2253 prints it, or "
                  "DNS:support-bot.example, or URI:spiffe://example/support-bot");
  }
  const bool asked = !options.tls.client_ca.empty() ||
                     std::any_of(options.listeners.begin(), options.listeners.end(),
                                 [](const proxy::Listener& one) { return !one.tls.client_ca.empty(); });
  if (asked) return;
  context.error(
      agent.at,
      fmt::format("the agent `{}` is known by its certificate, and no listener asks for one", agent.agent.id),
      "add agent_plane.tls: {cert: ..., key: ..., client_ca: ...}");
}

void check_listener(Context& context, const proxy::Options& options, const proxy::KnownAgent& agent) {
  if (agent.listener.empty()) return;
  std::vector<std::string> names;
  for (const proxy::Listener& one : options.listeners)
    names.push_back(one.name);
  if (std::find(names.begin(), names.end(), agent.listener) != names.end()) return;
  context.error(agent.at,
                fmt::format("the agent `{}` is known by the listener `{}`, and there is none of that name",
                            agent.agent.id, agent.listener),
                names.empty() ? "add it under agent_plane.listeners" : did_you_mean(agent.listener, names));
}

void check_names(Context& context, const proxy::Options& options) {
  for (auto one = options.listeners.begin(); one != options.listeners.end(); ++one) {
    const auto first = std::find_if(options.listeners.begin(), one,
                                    [&](const proxy::Listener& other) { return other.name == one->name; });
    if (first == one || one->name.empty()) continue;
    context.error(one->at, fmt::format("the listener `{}` stands twice", one->name), where(first->at));
  }
}

}  // namespace

void check_agents(Context& context, const Config& config) {
  const auto& agents = config.proxy.agents;
  for (auto agent = agents.begin(); agent != agents.end(); ++agent) {
    check_credential(context, *agent, agents.size() == 1);
    for (auto other = agents.begin(); other != agent; ++other)
      check_pair(context, *other, *agent);
    check_approvers(context, config, *agent);
    check_certificate(context, config.proxy, *agent);
    check_listener(context, config.proxy, *agent);
  }
  check_names(context, config.proxy);
}

}  // namespace holdfast::config
