#include "proxy/judge.hpp"

namespace holdfast::proxy {

void judge(Exchange* exchange, WallTime now, std::span<const Draw> room) {
  exchange->request.call.now = now;
  judge_again(exchange, room);
}

void judge_again(Exchange* exchange, std::span<const Draw> room) {
  const policy::Policy& policy = *exchange->request.snapshot->policy;
  see_labels(*exchange->worker->shared, policy, exchange->request.call, exchange->seen);
  exchange->decision = policy.decide(exchange->request.call, room);
}

}  // namespace holdfast::proxy
