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
  std::map<std::string_view, SteadyTime> until;
  if (const auto found = seen.find(agent); found != seen.end()) {
    for (const auto& [label, at] : found->second) {
      const auto left = Milliseconds(at + options.labels_ttl.count() - now);
      if (left.count() > 0) until[label] = clock->steady() + left;
    }
  }
  for (const auto& [call, one] : reading) {
    if (one.agent != agent) continue;
    for (const std::string& label : one.labels)
      until[label] = SteadyTime::max();
  }
  std::vector<SeenLabel> shown;
  for (const auto& [label, time] : until)
    shown.push_back({std::string(label), time});
  board.put(agent, std::move(shown));
}

Result<void> Desk::State::tidy_labels() {
  const LimitMark now = limit_time.mark();
  std::map<std::string, std::set<std::string>> read_now;
  for (const auto& [call, one] : reading)
    read_now[one.agent].insert(one.labels.begin(), one.labels.end());
  for (const auto& [agent, labels] : read_now) {
    if (auto put = store->put_labels(agent, {labels.begin(), labels.end()}, now); !put) return put;
    for (const std::string& label : labels)
      seen[agent][label] = now.at;
  }
  const std::int64_t until = now.at - options.labels_ttl.count();
  if (auto dropped = store->drop_labels(until); !dropped) return dropped;
  for (auto& [agent, labels] : seen) {
    if (std::erase_if(labels, [&](const auto& label) { return label.second <= until; }) > 0)
      show_labels(agent);
  }
  std::erase_if(seen, [](const auto& agent) { return agent.second.empty(); });
  return {};
}

Result<std::int64_t> Desk::State::write_labels(const std::string& agent,
                                               const std::vector<std::string>& labels) {
  const LimitMark now = limit_time.mark();
  if (labels.empty()) return now.at;
  if (auto put = store->put_labels(agent, labels, now); !put) {
    log::error("store_failed", {{"agent", agent}, {"error", put.error().detail}});
    return fail(std::move(put.error()));
  }
  return now.at;
}

void Desk::State::have_labels(const std::string& agent, const std::vector<std::string>& labels,
                              const std::string& call, std::int64_t at) {
  if (labels.empty()) return;
  later([this, agent, labels, call, at] {
    for (const std::string& label : labels)
      seen[agent][label] = std::max(seen[agent][label], at);
    if (!call.empty()) reading[call] = {agent, labels};
    show_labels(agent);
  });
}

Result<void> Desk::add_labels(const std::string& agent, const std::vector<std::string>& labels,
                              const std::string& call) {
  const auto at = state_->write_labels(agent, labels);
  if (!at) return fail(at.error());
  state_->have_labels(agent, labels, call, *at);
  return {};
}

void Desk::labels_read(const std::string& call) {
  const auto found = state_->reading.find(call);
  if (found == state_->reading.end()) return;
  const State::Reading& read = found->second;
  const LimitMark now = state_->limit_time.mark();
  if (auto put = state_->store->put_labels(read.agent, read.labels, now); !put)
    log::warning("labels_not_renewed", {{"agent", read.agent}, {"error", put.error().detail}});
  state_->later([state = state_.get(), call, at = now.at] {
    const auto ended = state->reading.extract(call);
    if (ended.empty()) return;
    const auto& [agent, labels] = ended.mapped();
    for (const std::string& label : labels)
      state->seen[agent][label] = std::max(state->seen[agent][label], at);
    state->show_labels(agent);
  });
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
