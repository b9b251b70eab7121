#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "config/sections.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

std::string where(const Position& at) {
  return fmt::format("the first is at {}:{}:{}", at.file, at.line, at.column);
}

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void check_upstreams(Context& context, const proxy::Options& options) {
  std::map<std::string, Position> names;
  std::map<std::string, Position> paths;
  for (const proxy::Upstream& upstream : options.upstreams) {
    const auto [name, new_name] = names.emplace(folded(upstream.name), upstream.at);
    if (!new_name && !upstream.name.empty()) {
      context.error(upstream.at, fmt::format("the upstream `{}` stands twice", upstream.name),
                    where(name->second));
    }
    // `/a` and `/a/` would be one slash away from another judge.
    std::string path = upstream.path;
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const auto [at, new_path] = paths.emplace(path, upstream.at);
    if (!new_path && !path.empty()) {
      context.error(upstream.at, fmt::format("two upstreams have the path `{}`", upstream.path),
                    where(at->second));
    }
  }
}

// Tokens travel in headers, so they are visible ASCII.
void check_token_characters(Context& context, const Config& config) {
  const auto bad = [](const Secret& token) {
    const std::string_view text = token.reveal_secret();
    return std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c >= 0x7f; });
  };
  for (const proxy::KnownAgent& agent : config.proxy.agents) {
    if (bad(agent.token)) {
      context.error(agent.at,
                    fmt::format("the token of agent `{}` must be visible ASCII characters", agent.agent.id));
    }
  }
  for (const approvals::Approver& approver : config.approvals.approvers) {
    if (bad(approver.token)) {
      context.error(approver.at,
                    fmt::format("the token of approver `{}` must be visible ASCII characters", approver.id));
    }
  }
}

void check_plan_name(Context& context, const Config& config, const std::string& plan, const Position& at,
                     const std::string& who) {
  if (config.approvals.plans.contains(plan)) return;
  std::vector<std::string> names;
  for (const auto& [name, value] : config.approvals.plans)
    names.push_back(name);
  std::string hint = plan == "default" ? "add approvals.plans.default: {require: 1, from: [GROUP]}"
                                       : did_you_mean(plan, names);
  context.error(at, fmt::format("{} escalates, and there is no plan named `{}`", who, plan), std::move(hint));
}

// Then no call is left to the plan named `default`.
bool has_route_for_all(const policy::Options& options) {
  return std::any_of(options.routes.begin(), options.routes.end(),
                     [](const policy::Route& route) { return !route.when; });
}

void check_plans(Context& context, const Config& config, const Position& default_at) {
  for (const policy::Rule& rule : config.policy.rules) {
    const bool over_limit = rule.limit && rule.limit->over == Effect::escalate;
    if (rule.action != Effect::escalate && !over_limit) continue;
    if (rule.plan.empty() && has_route_for_all(config.policy)) continue;
    check_plan_name(context, config, rule.plan.empty() ? "default" : rule.plan,
                    rule.plan.empty() ? rule.at : rule.plan_at, fmt::format("the rule `{}`", rule.id));
  }
  if (config.policy.default_effect == Effect::escalate && !has_route_for_all(config.policy)) {
    check_plan_name(context, config, "default", default_at, "`default`");
  }
  for (const policy::Route& route : config.policy.routes)
    check_plan_name(context, config, route.plan, route.at, "a route");
}

void check_groups(Context& context, const Config& config) {
  std::set<std::string> groups;
  for (const approvals::Approver& approver : config.approvals.approvers) {
    groups.insert(approver.groups.begin(), approver.groups.end());
  }
  const auto known = [&](const std::vector<std::string>& asked, const Position& at, const std::string& who) {
    for (const std::string& group : asked) {
      if (groups.contains(group)) continue;
      context.error(at, fmt::format("{} asks the group `{}`, and no approver is in it", who, group),
                    did_you_mean(group, {groups.begin(), groups.end()}));
    }
  };
  for (const auto& [name, plan] : config.approvals.plans) {
    known(plan.from, plan.at, fmt::format("the plan `{}`", name));
    known(plan.must_include, plan.at, fmt::format("the plan `{}`", name));
  }
  for (const policy::MultiApproval& raise : config.policy.multi_approval)
    known(raise.must_include, raise.at, "`multi_approval`");
}

void check_listeners(Context& context, const Config& config, const Position& at) {
  std::vector<std::string> ports{config.proxy.port};
  for (const proxy::Listener& listener : config.proxy.listeners)
    ports.push_back(listener.port);
  for (const std::string& port : ports) {
    if (port != config.control.port || port == "0") continue;
    context.error(at, fmt::format("the agent plane and the control plane both listen on port {}", port),
                  "give each plane a port of its own");
  }
}

// Law 1: each plane has credentials of its own.
void check_authorities(Context& context, const Config& config) {
  std::set<std::string> agents{config.proxy.tls.client_ca};
  for (const proxy::Listener& listener : config.proxy.listeners)
    agents.insert(listener.tls.client_ca);
  const auto compare = [&](const TlsFiles& tls, const Position& at, const char* plane) {
    if (tls.client_ca.empty() || !agents.contains(tls.client_ca)) return;
    context.warning(at, fmt::format("`{}.tls.client_ca` vouches for agents too", plane),
                    "give each plane an authority of its own: the agents' certificates open its handshake");
  };
  compare(config.control.tls, config.control.tls_at, "control_plane");
  compare(config.pdp.tls, config.pdp.tls_at, "pdp_plane");
}

// An agent without a credential is whoever calls, and there is only one then.
void fill_directory(Config& config) {
  policy::Directory& directory = config.policy.directory;
  for (const proxy::Upstream& upstream : config.proxy.upstreams)
    directory.upstreams.push_back({upstream.name, upstream.protocol, upstream.tools});
  directory.others = !config.pdp.host.empty();
  const auto& agents = config.proxy.agents;
  for (const proxy::KnownAgent& known : agents)
    directory.agents.push_back(known.agent);
  if (agents.size() == 1 && !agents.front().has_credential()) directory.caller = agents.front().agent;
}

}  // namespace

void cross_check(Context& context, Config& config, const Section& root, const Sound& sound) {
  check_listeners(context, config, root.place("control_plane"));
  check_authorities(context, config);
  check_upstreams(context, config.proxy);
  check_agents(context, config);
  check_token_characters(context, config);
  check_tokens(context, config);
  check_pdp_plane(context, config);
  if (sound.approvers && sound.approvals) check_groups(context, config);
  if (sound.approvals) check_plans(context, config, root.place("default"));
  if (config.proxy.upstreams.empty() && sound.upstreams && !root.has("upstreams")) {
    context.warning(root.at(), "there are no upstreams, so every call is not_found");
  }
  config.policy.default_at = root.place("default");
  fill_directory(config);
}

}  // namespace holdfast::config
