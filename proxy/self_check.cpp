#include "proxy/self_check.hpp"

#include <utility>

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "policy/described_call.hpp"
#include "proxy/identify.hpp"
#include "proxy/reply.hpp"

namespace holdfast::proxy {
namespace {

Refusal refusal_of(const Error& error) {
  Refusal refusal{Ending::malformed, error.detail};
  if (error.code == Code::too_large) refusal.ending = Ending::too_large;
  if (error.code == Code::timeout) refusal.http_status = 408;
  if (error.code == Code::forbidden) refusal.http_status = 403;
  return refusal;
}

// The author's words, and the rule's id only where the author shows it: what was unknown, never.
json::ObjectText document_of(const Decision& decision, bool halted) {
  json::ObjectText document;
  document.set("decision", to_string(decision.effect))
      .set("allowed", decision.effect == Effect::allow && !halted)
      .set("requires_approval", decision.effect == Effect::escalate && !halted)
      .set_if("reason", json::to_utf8(decision.reason));
  if (halted) document.set("reason_code", to_string(Ending::halted));
  if (decision.show_rule) document.set_if("rule", decision.rule);
  return document;
}

// As the call would be judged with room in every limit: there is none to be taken for a question.
Result<json::ObjectText> answer_of(const Exchange& exchange, const Snapshot& snapshot, const Agent* caller,
                                   std::string_view body) {
  const Shared& shared = *exchange.worker->shared;
  policy::Describing how;
  how.limits = {snapshot.options.limits.body, snapshot.options.limits.depth};
  how.caller = caller;
  how.now = shared.clock->wall();
  Call asks;
  asks.agent = caller;
  SeenByAgent seen;
  see_labels(shared, *snapshot.policy, asks, seen);
  how.labels_seen = asks.labels_seen;
  const auto described = policy::DescribedCall::read(body, *snapshot.policy, how);
  if (!described) return fail(described.error());
  const Decision decision = policy::decide_with_room(*snapshot.policy, described->call());
  log::event("asked", {{"agent", caller->id},
                       {"tool", described->call().tool},
                       {"decision", to_string(decision.effect)},
                       {"rule", decision.rule}});
  return document_of(decision, shared.halts->halted());
}

}  // namespace

net::task<void> answer_self_check(Exchange* exchange, Answer* answer) {
  const auto snapshot = exchange->worker->shared->snapshot.load();
  const auto agent = identify(*snapshot, exchange->head.headers, *exchange->entrance);
  if (!agent) {
    Refusal refusal{Ending::unauthenticated, agent.error().detail};
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  const auto body = co_await exchange->client->read_body(snapshot->options.limits.body);
  auto document =
      body ? answer_of(*exchange, *snapshot, *agent, *body) : Result<json::ObjectText>(fail(body.error()));
  if (!document) {
    Refusal refusal = refusal_of(document.error());
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  HeaderList headers{{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  co_await answer->respond(200, std::move(headers), document->text());
}

}  // namespace holdfast::proxy
