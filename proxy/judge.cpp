#include "proxy/judge.hpp"

#include "approvals/desk_queue.hpp"

namespace holdfast::proxy {
namespace {

// Nothing but a look at the policy when no rule asks for labels.
void see_labels(Exchange* exchange) {
  const Shared& shared = *exchange->worker->shared;
  Call& call = exchange->request.call;
  if (!exchange->request.snapshot->policy->reads_labels() || call.agent == nullptr) return;
  if (shared.labels == nullptr) return;
  SeenByAgent& seen = exchange->seen;
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

}  // namespace

std::vector<std::string> labels_of(const Decision& decision) {
  return {decision.add_labels.begin(), decision.add_labels.end()};
}

net::task<Result<void>> label_agent(Shared* shared, std::string agent, std::vector<std::string> labels) {
  if (labels.empty()) co_return Result<void>();
  auto put = [desk = shared->desk, agent, labels] { return desk->add_labels(agent, labels); };
  auto putting = approvals::ask(shared->desk_queue, std::move(put));
  co_return co_await std::move(putting);
}

void judge(Exchange* exchange, WallTime now, std::span<const Draw> room) {
  exchange->request.call.now = now;
  judge_again(exchange, room);
}

void judge_again(Exchange* exchange, std::span<const Draw> room) {
  see_labels(exchange);
  exchange->decision = exchange->request.snapshot->policy->decide(exchange->request.call, room);
}

}  // namespace holdfast::proxy
