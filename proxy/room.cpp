#include "proxy/room.hpp"

#include <algorithm>
#include <vector>

#include "approvals/desk_queue.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/judge.hpp"
#include "proxy/record.hpp"

namespace holdfast::proxy {
namespace {

bool may_be_held(const Draw& draw) {
  return draw.over == Effect::escalate;
}

approvals::Reservation reservation_of(const Exchange& exchange) {
  approvals::Reservation wanted{
      exchange.call_id.str(), exchange.request.call.agent->id, {}, exchange.decision.draws};
  // Without room it would have been held, and perhaps was.
  if (std::any_of(wanted.draws.begin(), wanted.draws.end(), may_be_held)) {
    const crypto::Hash content = content_hash(exchange.request, exchange.body);
    wanted.match_key = match_key(exchange.request, components_of(exchange.request, content));
  }
  return wanted;
}

net::task<Result<approvals::Reserved>> reserve(Exchange* exchange) {
  Shared* shared = exchange->worker->shared;
  auto ask = [desk = shared->desk, wanted = reservation_of(*exchange)] { return desk->reserve(wanted); };
  auto asking = approvals::ask(shared->desk_queue, std::move(ask));
  co_return co_await std::move(asking);
}

}  // namespace

void judge_without(Exchange* exchange, const std::vector<Draw>& lacking,
                   std::chrono::milliseconds retry_after) {
  std::vector<Draw> granted = exchange->decision.draws;
  std::erase_if(granted, [&](const Draw& draw) {
    return std::find(lacking.begin(), lacking.end(), draw) != lacking.end();
  });
  exchange->retry_after = retry_after;
  judge_again(exchange, granted);
}

net::task<Result<void>> judge_with_room(Exchange* exchange) {
  const std::vector<Draw> wanted = exchange->decision.wants;
  judge_again(exchange, wanted);
  // Each turn goes on with fewer.
  while (exchange->decision.effect == Effect::allow && !exchange->decision.draws.empty()) {
    const auto reserved = co_await reserve(exchange);
    if (!reserved) co_return fail(reserved.error());
    std::vector<Draw> lacking = reserved->room.lacking;
    if (reserved->held)
      std::copy_if(exchange->decision.draws.begin(), exchange->decision.draws.end(),
                   std::back_inserter(lacking), may_be_held);
    if (lacking.empty()) {
      exchange->has_room = true;
      break;
    }
    judge_without(exchange, lacking, reserved->room.retry_after);
  }
  co_return Result<void>();
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

std::chrono::seconds limited_retry(const Exchange& exchange) {
  std::chrono::milliseconds after = exchange.retry_after;
  // What cannot be counted has no room at any time.
  for (const Draw& draw : exchange.decision.wants)
    if (exchange.retry_after.count() == 0) after = std::max(after, draw.per);
  return std::chrono::ceil<std::chrono::seconds>(after);
}

}  // namespace holdfast::proxy
