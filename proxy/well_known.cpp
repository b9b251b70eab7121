#include "proxy/well_known.hpp"

#include "core/json_text.hpp"
#include "proxy/identify.hpp"
#include "proxy/reply.hpp"
#include "proxy/self_check.hpp"
#include "proxy/stored.hpp"

namespace holdfast::proxy {
namespace {

using approvals::HoldPtr;
using approvals::Status;

constexpr std::string_view kCalls = "/.well-known/holdfast/calls/";
constexpr std::string_view kCheck = "/.well-known/holdfast/check";

constexpr std::string_view kDescription = R"(# Holdfast

Every tool call you send here is judged by rules before it reaches the tool.

* Allowed: you get the tool's own answer.
* Denied: you get the reason. Sending the same call again changes nothing; a changed call is judged anew.
* Held: people are asked. Wait for the answer, or, when told "call again", send exactly the same call later: it joins
  the one that waits and is run at most once. A plain HTTP call that waits too long is answered 202 with a Location;
  GET it to see the state, DELETE it to end the wait. `Prefer: wait=N` and `Prefer: respond-async` (RFC 7240) choose how long you wait.

To know beforehand, POST a description of your call to /.well-known/holdfast/check: {"tool": ..., "args": {...}}. The
answer says allow, deny or escalate; it permits nothing.

Every answer to a judged call carries Holdfast-Decision and Holdfast-Call. A refusal is application/problem+json, or for
MCP a result with isError and _meta["holdfast/refusal"]; `reason_code` says how the call ended and `retry` what may help:
never, same_call, changed_call, later.

reason_code: policy_denied rejected expired approval_pending cancelled policy_changed client_gone too_many_pending
limited halted unavailable draining upstream_failed outcome_unknown unauthenticated malformed too_large not_found
)";

net::task<void> not_found(Exchange* exchange, Answer* answer) {
  Refusal refusal{Ending::not_found, "Nothing is here under this name for this agent."};
  co_await refuse(exchange, answer, std::move(refusal));
}

net::task<void> state(Exchange* exchange, Answer* answer, json::ObjectText object) {
  HeaderList headers{
      {"Content-Type", "application/json"}, {"Retry-After", "5"}, {"Cache-Control", "no-store"}};
  co_await answer->respond(202, std::move(headers), object.text());
}

net::task<void> answer_hold(Exchange* exchange, Answer* answer, HoldPtr hold) {
  json::ObjectText object;
  if (!hold->ending && hold->status == Status::approved) {
    object.set("status", "approved").set("next", "send_again");
    if (hold->redeem_until) object.set("until", to_rfc3339(*hold->redeem_until));
    co_await state(exchange, answer, std::move(object));
  } else if (!hold->ending) {
    object.set("status", hold->status == Status::pending ? "pending" : "running");
    co_await state(exchange, answer, std::move(object));
  } else if (hold->response) {
    co_await answer_stored(exchange, answer, hold);
  } else if (hold->ending == Ending::succeeded) {
    object.set("status", to_string(hold->status)).set("resolution", to_string(*hold->ending));
    HeaderList headers{{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    co_await answer->respond(200, std::move(headers), object.text());
  } else {
    Refusal refusal{*hold->ending, ending_sentence(*hold), hold->id};
    co_await refuse(exchange, answer, std::move(refusal));
  }
}

// Only a hold that has not been released can be ended; after that the answer is its state.
net::task<HoldPtr> cancel_hold(Shared* shared, HoldPtr hold) {
  auto end_it = [desk = shared->desk, id = hold->id] {
    const auto ended = desk->end(id, Status::cancelled, "the agent cancelled it");
    return ended ? *ended : desk->find(id);
  };
  co_return co_await approvals::ask(shared->desk_queue, std::move(end_it));
}

std::string_view methods_of(std::string_view target) {
  if (target == kCheck) return "POST";
  return target == kWellKnown ? "GET, HEAD" : "GET, HEAD, DELETE";
}

bool takes(std::string_view target, std::string_view method) {
  if (target == kCheck) return method == "POST";
  return method == "GET" || method == "HEAD" || (method == "DELETE" && target != kWellKnown);
}

net::task<void> answer_call(Exchange* exchange, Answer* answer, std::string handle) {
  const auto snapshot = exchange->worker->shared->snapshot.load();
  const auto agent = identify(*snapshot, exchange->head.headers, *exchange->entrance);
  if (!agent) {
    Refusal refusal{Ending::unauthenticated, agent.error().detail};
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  Shared* shared = exchange->worker->shared;
  auto look = [desk = shared->desk, handle] { return desk->find_by_handle(handle); };
  HoldPtr hold = co_await approvals::ask(shared->desk_queue, std::move(look));
  // The handle of another agent's call is as unknown as one that was never given out.
  if (!hold || hold->call.agent != (*agent)->id) {
    co_await not_found(exchange, answer);
    co_return;
  }
  if (exchange->head.method == "DELETE") hold = co_await cancel_hold(shared, hold);
  co_await answer_hold(exchange, answer, hold);
}

}  // namespace

net::task<void> answer_well_known(Exchange* exchange, Answer* answer) {
  if (auto taken = check_sender(*exchange->worker->shared->snapshot.load(), exchange->head); !taken) {
    Refusal refusal{taken.error().ending, taken.error().detail, {}, {}, taken.error().http_status, 0};
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  const std::string_view target = exchange->head.target.substr(0, exchange->head.target.find('?'));
  const bool call = target.starts_with(kCalls) && target.size() > kCalls.size();
  const bool known = target == kWellKnown || target == kCheck || call;
  if (!known) {
    co_await not_found(exchange, answer);
    co_return;
  }
  if (!takes(target, exchange->head.method)) {
    answer->close_after();
    HeaderList headers{{"Allow", std::string(methods_of(target))}, {"Content-Type", "text/plain"}};
    co_await answer->respond(405, std::move(headers), "This method does nothing here.\n");
    co_return;
  }
  if (target == kCheck) {
    co_await answer_self_check(exchange, answer);
    co_return;
  }
  if (target == kWellKnown) {
    HeaderList headers{{"Content-Type", "text/markdown; charset=utf-8"}};
    co_await answer->respond(200, std::move(headers), std::string(kDescription));
    co_return;
  }
  std::string handle(target.substr(kCalls.size()));
  co_await answer_call(exchange, answer, std::move(handle));
}

}  // namespace holdfast::proxy
