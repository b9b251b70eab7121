#include "app/reloads.hpp"

#include <fmt/format.h>

#include "app/configuration.hpp"
#include "app/descriptors.hpp"
#include "app/needs_restart.hpp"
#include "approvals/credential_marks.hpp"
#include "core/log.hpp"
#include "net/offload.hpp"
#include "proxy/learnt.hpp"

namespace holdfast::app {
namespace {

constexpr std::array<const char*, 4> kResults{"applied", "refused", "needs_restart", "not_recorded"};

void log_problems(const Problems& problems) {
  for (const Problem& problem : problems) {
    const std::string at = to_text(problem.at);
    if (problem.severity == Severity::error) {
      log::error("configuration_mistake", {{"at", at}, {"what", problem.message}, {"hint", problem.hint}});
    } else {
      log::warning("configuration_warning", {{"at", at}, {"what", problem.message}, {"hint", problem.hint}});
    }
  }
}

// Back to releasing, however the reload ends: what waits looks again.
class NoReleases {
 public:
  NoReleases(proxy::Shared* shared, AgentPlane* agents) : shared_(shared), agents_(agents) {
    shared_->changing = true;
  }
  ~NoReleases() {
    shared_->changing = false;
    agents_->wake_waiting();
  }
  NoReleases(const NoReleases&) = delete;
  NoReleases& operator=(const NoReleases&) = delete;

 private:
  proxy::Shared* const shared_;
  AgentPlane* const agents_;
};

}  // namespace

// What was read, and what it is recorded as.
struct Reloads::Next {
  Checked checked;
  Recorded recorded;
};

void Settle::operator()(config::Config* config) const {
  approvals::mark_credentials(config->approvals, marks);
  config->proxy.limits.connections = connections_within(config->proxy.limits.connections);
  if (config->control.port == "0") {
    const char* scheme = config->control.tls.given() ? "https://" : "http://";
    config->control.url = config->approvals.control_url = scheme + control_address;
  }
}

std::shared_ptr<const proxy::Snapshot> make_snapshot(const config::Config& config, Made made,
                                                     const Recorded& recorded, std::string session_key,
                                                     const proxy::Snapshot* before) {
  auto snapshot = std::make_shared<proxy::Snapshot>();
  snapshot->options = config.proxy;
  proxy::keep_learnt(before == nullptr ? nullptr : &before->options.upstreams, snapshot->options.upstreams);
  snapshot->policy = std::move(made.policy);
  snapshot->tls = std::move(made.tls);
  snapshot->approvals = std::make_shared<const approvals::Options>(config.approvals);
  snapshot->policy_digest = recorded.manifest.digest;
  snapshot->session_key = std::move(session_key);
  return snapshot;
}

Reloads::Reloads(From from)
    : disk_(from.disk),
      path_(std::move(from.path)),
      settle_(std::move(from.settle)),
      to_(from.holders),
      stands_(std::move(from.stands)),
      running_(std::move(from.running)),
      recorded_(std::move(from.recorded)),
      tasks_(from.loop) {}

void Reloads::ask(std::string why) {
  if (to_.shared->draining) return log::event("reload_ignored", {{"why", "this sidecar is stopping"}});
  why_ = std::move(why);
  if (!std::exchange(working_, true)) tasks_.spawn(work());
}

net::task<void> Reloads::work() {
  while (!why_.empty() && !to_.shared->draining) {
    log::event("reloading", {{"why", std::exchange(why_, {})}});
    const End end = co_await reload();
    ends_[static_cast<std::size_t>(end)].add();
  }
  why_.clear();
  working_ = false;
}

void Reloads::refuse(const std::string& why) {
  log::error("reload_refused", {{"why", why}, {"policy", recorded_.manifest.digest}});
}

net::task<Reloads::End> Reloads::reload() {
  auto read = [path = path_] {
    auto next = std::make_shared<Next>();
    next->checked = load_and_check(path);
    if (next->checked.config) next->recorded = recorded_of(*next->checked.config);
    return next;
  };
  const std::shared_ptr<Next> next = co_await net::offload(disk_, std::move(read));
  stands_(std::move(next->checked.standing));
  log_problems(next->checked.problems);
  if (!next->checked.config) {
    refuse(fmt::format("{} has mistakes; the policy before it stays in force", path_.string()));
    co_return End::refused;
  }
  const std::vector<std::string> fixed = needs_restart(running_, *next->checked.config);
  for (const std::string& sentence : fixed)
    log::error("needs_restart", {{"key", sentence}});
  if (!fixed.empty()) {
    refuse(fmt::format("{} changes what needs a restart, so nothing of it was taken", path_.string()));
    co_return End::needs_restart;
  }
  const NoReleases until_exchanged(to_.shared, to_.agents);
  auto fence = [agents = to_.agents](auto done) { agents->fence([done] { done(true); }); };
  co_await net::from_callback<bool>(std::move(fence));
  auto record = [this, next] {
    return record_configuration(to_.shared->log, next->recorded, &recorded_, *to_.shared->clock);
  };
  const Result<void> recorded = co_await net::offload(disk_, std::move(record));
  if (!recorded) {
    refuse("the receipt log did not take it: " + recorded.error().detail);
    co_return End::not_recorded;
  }
  exchange(next);
  co_return End::applied;
}

// Without anything in between: see the order above.
void Reloads::exchange(std::shared_ptr<Next> next) {
  running_ = std::move(*next->checked.config);
  recorded_ = std::move(next->recorded);
  config::Config settled = running_;
  settle_(&settled);
  proxy::Shared& shared = *to_.shared;
  const std::shared_ptr<const proxy::Snapshot> before = shared.snapshot.load();
  auto snapshot =
      make_snapshot(settled, {std::move(next->checked.policy), std::move(next->checked.tls.agents)},
                    recorded_, before->session_key, before.get());
  to_.server->change(snapshot->approvals, settled.control, std::move(next->checked.tls.control));
  if (to_.pdp != nullptr) to_.pdp->change(settled.pdp, std::move(next->checked.tls.pdp));
  to_.webhooks->set_options(*snapshot->approvals);
  shared.desk_queue->post([desk = shared.desk, recorder = to_.recorder, people = snapshot->approvals] {
    desk->set_options(*people);
    recorder->set_roster(people);
  });
  shared.snapshot = std::move(snapshot);
  to_.agents->forget_connections();
  log::event("reloaded", {{"policy", recorded_.manifest.digest}});
}

void Reloads::collect(metrics::Page* page) const {
  std::vector<metrics::Sample> ends;
  for (std::size_t i = 0; i < ends_.size(); ++i)
    ends.push_back({{{"result", kResults[i]}}, static_cast<double>(ends_[i].value())});
  page->counter("holdfast_reloads_total", "Reloads of the configuration, by what became of them.", ends);
}

net::task<void> Reloads::stop() {
  co_await tasks_.wait();
}

}  // namespace holdfast::app
