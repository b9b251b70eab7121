#include "app/configuration.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "app/policy_tests.hpp"
#include "approvals/plan_check.hpp"
#include "config/environment.hpp"
#include "proxy/check_tools.hpp"
#include "proxy/route_index.hpp"

namespace holdfast::app {
namespace {

std::vector<std::string> plans_used(const policy::Options& options) {
  std::set<std::string> plans;
  bool by_route = options.default_effect == Effect::escalate;
  for (const policy::Rule& rule : options.rules) {
    const bool over_limit = rule.limit && rule.limit->over == Effect::escalate;
    if (rule.action != Effect::escalate && !over_limit) continue;
    by_route = by_route || rule.plan.empty();
    if (!rule.plan.empty()) plans.insert(rule.plan);
  }
  if (!by_route) return {plans.begin(), plans.end()};
  bool all_routed = false;
  for (const policy::Route& route : options.routes) {
    plans.insert(route.plan);
    all_routed = all_routed || !route.when;
  }
  if (!all_routed) plans.insert("default");
  return {plans.begin(), plans.end()};
}

std::vector<approvals::Raise> raises(const policy::Options& options) {
  std::vector<approvals::Raise> raises;
  for (const policy::MultiApproval& one : options.multi_approval)
    raises.push_back({one.required_approvers, one.must_include, one.at});
  return raises;
}

void append(Problems& all, Problems more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

bool error_at(const Problems& problems, const Position& at) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& one) {
    return one.severity == Severity::error && one.at.file == at.file && one.at.line == at.line &&
           one.at.column == at.column;
  });
}

// What is said of a place of which an error was told follows from that; so does what has no place, when
// anything was told.
void append_new(Problems& all, Problems more) {
  const bool any = has_error(all);
  std::erase_if(more, [&](const Problem& one) { return error_at(all, one.at) || (any && one.at.line == 0); });
  append(all, std::move(more));
}

// Of a roster and plans that were read whole only, or one mistake would be told twice.
Problems check_plans(const config::Config& config, const config::Sound& sound, const Problems& told) {
  if (!sound.approvers || !sound.approvals) return {};
  std::vector<std::string> used = plans_used(config.policy);
  std::erase_if(used, [&](const std::string& name) {
    const auto plan = config.approvals.plans.find(name);
    return plan != config.approvals.plans.end() && error_at(told, plan->second.at);
  });
  Problems problems = approvals::check(config.approvals, used, raises(config.policy));
  // Who is asked is known once all that raises a plan is.
  if (!sound.rules)
    std::erase_if(problems, [](const Problem& one) { return one.severity == Severity::warning; });
  return problems;
}

// Null: there is none, or what is wrong with it was said.
std::shared_ptr<const net::ServerTls> tls_of(const TlsFiles& files, net::Clients clients, const Position& at,
                                             Problems& problems) {
  if (!files.given() || (files.key.empty() && has_error(problems))) return nullptr;
  auto tls = net::ServerTls::make(files, clients);
  if (tls) return std::move(*tls);
  problems.push_back({Severity::error, at, tls.error().detail, {}});
  return nullptr;
}

Tls read_tls(const config::Config& config, Problems& problems) {
  Tls out;
  const auto add = [&](const std::string& name, const TlsFiles& files, const Position& at) {
    if (auto tls = tls_of(files, net::Clients::may_show, at, problems)) out.agents.emplace(name, tls);
  };
  add("", config.proxy.tls, config.proxy.tls_at);
  for (const proxy::Listener& listener : config.proxy.listeners)
    add(listener.name, listener.tls, listener.at);
  out.control = tls_of(config.control.tls, net::Clients::must_show, config.control.tls_at, problems);
  out.pdp = tls_of(config.pdp.tls, net::Clients::must_show, config.pdp.tls_at, problems);
  return out;
}

}  // namespace

Checked load_and_check(const std::filesystem::path& path) {
  config::Draft draft = config::read(path);
  Checked out;
  out.problems = std::move(draft.problems);
  out.standing = std::move(draft.standing);
  if (!draft.config) return out;
  policy::Compiled compiled = policy::compile(draft.config->policy);
  append(out.problems, std::move(compiled.problems));
  append(out.problems, proxy::check_tools(draft.config->proxy.upstreams));
  append_new(out.problems, check_plans(*draft.config, draft.sound, out.problems));
  const config::Sound& sound = draft.sound;
  // A call is described by the tools, agents and bounds that there are.
  const bool describable = sound.agents && sound.upstreams && sound.rules && sound.running;
  if (sound.rules)
    append(out.problems, check_tests(*draft.config, describable ? compiled.policy.get() : nullptr));
  out.tls = read_tls(*draft.config, out.problems);
  config::conceal(&out.problems, draft.variables);
  if (has_error(out.problems)) return out;
  out.secrets = std::move(draft.variables);
  for (const auto& [name, value] : draft.config->variables)
    out.secrets.erase(name);
  out.config = std::move(draft.config);
  proxy::index_routes(out.config->proxy.upstreams);
  out.policy = std::move(compiled.policy);
  return out;
}

}  // namespace holdfast::app
