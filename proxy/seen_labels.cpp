#include "proxy/seen_labels.hpp"

#include "approvals/desk_queue.hpp"
#include "core/json_text.hpp"

namespace holdfast::proxy {
namespace {

std::string text_of(std::vector<std::string> labels) {
  constexpr std::size_t kMost = 32;
  if (labels.empty()) return {};
  if (labels.size() > kMost) labels.resize(kMost);
  return json::strings_text(labels);
}

}  // namespace

void see_labels(const Shared& shared, const policy::Policy& policy, Call& call, SeenByAgent& seen) {
  if (!policy.reads_labels() || call.agent == nullptr || shared.labels == nullptr) return;
  seen.labels = shared.labels->of(call.agent->id);
  seen.items.clear();
  const SteadyTime now = shared.clock->steady();
  if (seen.labels != nullptr) {
    for (const approvals::SeenLabel& one : *seen.labels)
      if (now < one.until) seen.items.push_back(json::Value::make_string(one.label));
  }
  seen.list = json::Value::make_array(seen.items);
  call.labels_seen = &seen.list;
}

std::vector<std::string> labels_of(const Decision& decision) {
  return {decision.add_labels.begin(), decision.add_labels.end()};
}

std::string labels_text(const Decision& decision) {
  return text_of(labels_of(decision));
}

std::string labels_text(const SeenByAgent& seen) {
  std::vector<std::string> labels;
  for (const json::Value& label : seen.items)
    labels.emplace_back(label.text());
  return text_of(std::move(labels));
}

net::task<Result<void>> label_agent(Shared* shared, std::string agent, std::vector<std::string> labels,
                                    std::string call) {
  if (labels.empty()) co_return Result<void>();
  auto put = [desk = shared->desk, agent, labels, call] { return desk->add_labels(agent, labels, call); };
  auto putting = approvals::ask(shared->desk_queue, std::move(put));
  co_return co_await std::move(putting);
}

void end_labels(Shared* shared, std::string call) {
  shared->desk_queue->post([desk = shared->desk, call = std::move(call)] { desk->labels_read(call); });
}

}  // namespace holdfast::proxy
