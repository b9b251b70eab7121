// Labels that agents collect (02-policy "Flow"). In memory they follow what is durable: a label counts from
// the answer to whoever put it on, and that is before the call it stands for is sent.
#include <algorithm>

#include "approvals/desk_state.hpp"
#include "core/log.hpp"

namespace holdfast::approvals {

Result<void> Desk::State::load_labels() {
  const auto rows = store->labels();
  if (!rows) return fail(rows.error());
  for (const LabelRow& row : *rows)
    seen[row.agent][row.label] = row.at;
  show_labels();
  return {};
}

void Desk::State::show_labels() {
  for (const auto& [agent, labels] : seen)
    show_labels(agent);
}

void Desk::State::show_labels(const std::string& agent) {
  const std::int64_t now = limit_time.now();
  std::vector<SeenLabel> shown;
  for (const auto& [label, at] : seen[agent]) {
    const auto left = Milliseconds(at + options.labels_ttl.count() - now);
    if (left.count() > 0) shown.push_back({label, clock->steady() + left});
  }
  board.put(agent, std::move(shown));
}

Result<void> Desk::add_labels(const std::string& agent, const std::vector<std::string>& labels) {
  if (labels.empty()) return {};
  const LimitMark now = state_->limit_time.mark();
  if (auto put = state_->store->put_labels(agent, labels, now); !put) {
    log::error("store_failed", {{"agent", agent}, {"error", put.error().detail}});
    return put;
  }
  state_->later([state = state_.get(), agent, labels, at = now.at] {
    for (const std::string& label : labels)
      state->seen[agent][label] = std::max(state->seen[agent][label], at);
    state->show_labels(agent);
  });
  return {};
}

Result<void> Desk::remove_labels(const std::string& agent, const std::vector<std::string>& labels) {
  if (auto taken = state_->store->take_labels_off(agent, labels); !taken) return taken;
  state_->later([state = state_.get(), agent, labels] {
    for (const std::string& label : labels)
      state->seen[agent].erase(label);
    state->show_labels(agent);
  });
  return {};
}

const LabelBoard& Desk::labels() const {
  return state_->board;
}

}  // namespace holdfast::approvals
