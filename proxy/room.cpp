#include "proxy/room.hpp"

#include <utility>

#include "approvals/desk_queue.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/record.hpp"

namespace holdfast::proxy {

approvals::Reservation reservation_of(const Exchange& exchange) {
  approvals::Reservation wanted{
      exchange.call_id.str(), exchange.request.call.agent->id, {}, exchange.decision.draws};
  if (may_be_held(wanted.draws)) {
    const crypto::Hash content = content_hash(exchange.request, exchange.body);
    wanted.match_key = match_key(exchange.request, components_of(exchange.request, content));
  }
  return wanted;
}

net::task<Result<void>> label_agent(Exchange* exchange) {
  const std::string& agent = exchange->request.call.agent->id;
  auto labelling =
      label_agent(exchange->worker->shared, agent, labels_of(exchange->decision), exchange->call_id.str());
  auto labelled = co_await std::move(labelling);
  exchange->brings_labels = labelled && !exchange->decision.add_labels.empty();
  co_return labelled;
}

void settle_account(Exchange* exchange, bool may_have_been_sent) {
  Shared* shared = exchange->worker->shared;
  if (std::exchange(exchange->has_room, false)) {
    shared->desk_queue->post([desk = shared->desk, call = exchange->call_id.str(), may_have_been_sent] {
      desk->settle_reservation(call, may_have_been_sent);
    });
  }
  if (std::exchange(exchange->brings_labels, false)) end_labels(shared, exchange->call_id.str());
}

void settle_unrecorded(Exchange* exchange, const Error& why) {
  if (!certainly_not_written(why)) exchange->has_room = false;
  settle_account(exchange, false);
}

std::string limited_sentence(const Decision& decision) {
  if (!decision.reason.empty()) return std::string(decision.reason);
  return "A limit of the policy has no room for this call now.";
}

}  // namespace holdfast::proxy
