#include "proxy/call_table.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::array kEffects{Effect::allow, Effect::escalate, Effect::deny};
constexpr std::array kErrors{Ending::upstream_failed, Ending::outcome_unknown};

}  // namespace

CallTable::CallTable(const std::shared_ptr<const Snapshot>& snapshot)
    : snapshot_(snapshot),
      first_agent_(snapshot->options.agents.data()),
      first_upstream_(snapshot->options.upstreams.data()),
      tools_{std::string(kOtherTool)},
      agents_{snapshot->anonymous.id},
      errors_(snapshot->options.upstreams.size()) {
  const auto& known = snapshot->policy->known_tools();
  tools_.insert(tools_.end(), known.begin(), known.end());
  for (const KnownAgent& agent : snapshot->options.agents)
    agents_.push_back(agent.agent.id);
  for (const Upstream& upstream : snapshot->options.upstreams)
    upstreams_.push_back(upstream.name);
  rows_.resize(tools_.size());
}

CallTable::Row& CallTable::row(std::uint32_t tool) {
  std::unique_ptr<Row>& row = rows_[tool < rows_.size() ? tool : 0];
  if (!row) {
    const std::scoped_lock lock(m_);
    row = std::make_unique<Row>(agents_.size());
  }
  return *row;
}

// The pointer tells: nothing of a call has to be looked up by its name.
std::size_t CallTable::number_of(const Agent* agent) const {
  for (std::size_t i = 1; i < agents_.size(); ++i) {
    if (&first_agent_[i - 1].agent == agent) return i;
  }
  return 0;
}

void CallTable::count(Effect effect, std::uint32_t tool, const Agent* agent) {
  row(tool)[number_of(agent)][static_cast<std::size_t>(effect)].add();
}

void CallTable::count_error(const Upstream* upstream, Ending ending) {
  const auto number = static_cast<std::size_t>(upstream - first_upstream_);
  for (std::size_t i = 0; i < kErrors.size(); ++i) {
    if (ending == kErrors[i]) errors_[number][i].add();
  }
}

void CallTable::add_to(CallTotals& totals) const {
  for (std::size_t i = 0; i < errors_.size(); ++i) {
    for (std::size_t e = 0; e < kErrors.size(); ++e)
      totals.upstream_errors[{upstreams_[i], std::string(to_string(kErrors[e]))}] += errors_[i][e].value();
  }
  const std::scoped_lock lock(m_);
  for (std::size_t tool = 0; tool < rows_.size(); ++tool) {
    if (!rows_[tool]) continue;
    for (std::size_t agent = 0; agent < agents_.size(); ++agent) {
      for (const Effect effect : kEffects) {
        const std::uint64_t n = (*rows_[tool])[agent][static_cast<std::size_t>(effect)].value();
        if (n > 0) totals.calls[{std::string(to_string(effect)), tools_[tool], agents_[agent]}] += n;
      }
    }
  }
}

}  // namespace holdfast::proxy
