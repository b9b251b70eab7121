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

// Null: there is none, or what is wrong with it was said.
std::shared_ptr<const net::ServerTls> tls_of(const TlsFiles& files, net::Clients clients, const Position& at,
                                             Problems& problems) {
  if (!files.given()) return nullptr;
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
  // Said of a roster that was read whole only, or one mistake would be told twice.
  if (!has_error(out.problems)) {
    append(out.problems, approvals::check(draft.config->approvals, plans_used(draft.config->policy),
                                          raises(draft.config->policy)));
  }
  if (!has_error(out.problems)) append(out.problems, check_tests(*draft.config, *compiled.policy));
  if (!has_error(out.problems)) out.tls = read_tls(*draft.config, out.problems);
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
