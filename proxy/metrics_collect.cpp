// The agent plane's figures as they stand on the page; docs/metrics.md says the same to its readers.
#include "proxy/metrics.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {
namespace {

using metrics::Sample;

// How an agent can be told no: every ending but the good one.
constexpr Ending kFirstRefusal = Ending::malformed;

std::vector<Sample> samples_of(const std::map<CallTotals::Key, std::uint64_t>& calls) {
  std::vector<Sample> samples;
  for (const auto& [key, n] : calls) {
    samples.push_back(
        {{{"decision", key.decision}, {"tool", key.tool}, {"agent", key.agent}}, static_cast<double>(n)});
  }
  return samples;
}

std::vector<Sample> samples_of(const std::map<std::pair<std::string, std::string>, std::uint64_t>& errors) {
  std::vector<Sample> samples;
  for (const auto& [key, n] : errors) {
    samples.push_back({{{"upstream", key.first}, {"error", key.second}}, static_cast<double>(n)});
  }
  return samples;
}

}  // namespace

void collect(const Shared& shared, std::span<const Metrics* const> loops, metrics::Page* page) {
  CallTotals totals;
  metrics::Distribution evaluation, added;
  std::array<std::uint64_t, kEndings> refusals{};
  std::array<std::uint64_t, 3> shadows{};  // by Effect
  for (const Metrics* loop : loops) {
    loop->add_to(totals);
    evaluation.add(loop->policy_evaluation_.read());
    added.add(loop->added_latency_.read());
    for (std::size_t i = 0; i < refusals.size(); ++i)
      refusals[i] += loop->refusals_[i].value();
    for (std::size_t i = 0; i < shadows.size(); ++i)
      shadows[i] += loop->shadows_[i].value();
  }
  std::vector<Sample> refused;
  for (auto i = static_cast<std::size_t>(kFirstRefusal); i < refusals.size(); ++i) {
    const std::string reason(to_string(static_cast<Ending>(i)));
    refused.push_back({{{"reason_code", reason}}, static_cast<double>(refusals[i])});
  }

  std::vector<Sample> shadowed;
  for (const Effect effect : {Effect::allow, Effect::escalate, Effect::deny}) {
    shadowed.push_back({{{"decision", std::string(to_string(effect))}},
                        static_cast<double>(shadows.at(static_cast<std::size_t>(effect)))});
  }

  page->counter("holdfast_calls_total", "Calls judged, by decision.", samples_of(totals.calls));
  page->counter(
      "holdfast_shadow_decisions_total",
      "Calls that the rules in shadow and the expired ones would have decided in another way, by that "
      "decision.",
      shadowed);
  page->counter("holdfast_refusals_total", "Refusals answered to agents, by reason code.", refused);
  page->counter("holdfast_upstream_errors_total",
                "Requests that an upstream did not take (upstream_failed) or did not answer completely "
                "(outcome_unknown).",
                samples_of(totals.upstream_errors));
  page->histogram("holdfast_policy_evaluation_seconds",
                  "From a call read to its decision: recognised, parsed, judged.", evaluation);
  page->histogram(
      "holdfast_added_latency_seconds",
      "What Holdfast adds to an allowed call: from the call read to its first byte upstream, plus "
      "from the response's head to the answer's first byte.",
      added);
  page->gauge("holdfast_agent_connections", "Connections open on the agent plane.",
              static_cast<double>(shared.connections.load(std::memory_order_relaxed)));
  page->gauge("holdfast_halted", "1 while everything is halted, until an admin resumes, else 0.",
              shared.halts != nullptr && shared.halts->halted() ? 1 : 0);
  page->gauge("holdfast_draining", "1 while the sidecar is stopping, else 0.",
              shared.draining.load(std::memory_order_relaxed) ? 1 : 0);
}

}  // namespace holdfast::proxy
