#include "proxy/metrics.hpp"

#include <algorithm>

#include "proxy/exchange.hpp"

namespace holdfast::proxy {
namespace {

SteadyTime now_of(const Exchange& exchange) {
  return exchange.worker->shared->clock->steady();
}

}  // namespace

CallTable& Metrics::table(const std::shared_ptr<const Snapshot>& snapshot) {
  if (newest_ != nullptr && newest_->is_of(snapshot)) return *newest_;
  const std::scoped_lock lock(m_);
  // What was counted stays counted, under its names.
  std::erase_if(tables_, [this](const auto& table) {
    if (!table->is_over()) return false;
    table->add_to(past_);
    return true;
  });
  const auto known =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& table) { return table->is_of(snapshot); });
  newest_ = known != tables_.end() ? known->get()
                                   : tables_.emplace_back(std::make_unique<CallTable>(snapshot)).get();
  return *newest_;
}

void Metrics::judged(const Exchange& exchange) {
  policy_evaluation_.observe(exchange.added.since_read(now_of(exchange)));
  if (exchange.decision.shadow) shadows_.at(static_cast<std::size_t>(exchange.decision.shadow->effect)).add();
  table(exchange.request.snapshot)
      .count(exchange.decision.effect, exchange.decision.tool, exchange.request.call.agent);
}

void Metrics::unjudged(const Exchange& exchange) {
  const Recognised& request = exchange.request;
  if (request.upstream == nullptr || request.call.agent == nullptr) return;
  table(request.snapshot)
      .count(Effect::deny, request.snapshot->policy->number_of(request.call.tool), request.call.agent);
}

void Metrics::answered(Exchange& exchange) {
  if (exchange.request.is_call && exchange.added.owes_answer())
    added_latency_.observe(exchange.added.answered(now_of(exchange)));
}

void Metrics::sending_ended(const Exchange& exchange, Ending ending) {
  if (ending == Ending::succeeded) return;
  table(exchange.request.snapshot).count_error(exchange.request.upstream, ending);
}

void Metrics::add_to(CallTotals& totals) const {
  const std::scoped_lock lock(m_);
  for (const auto& [key, n] : past_.calls)
    totals.calls[key] += n;
  for (const auto& [key, n] : past_.upstream_errors)
    totals.upstream_errors[key] += n;
  for (const auto& table : tables_)
    table->add_to(totals);
}

}  // namespace holdfast::proxy
