#include "pdp/gate.hpp"

#include <fmt/format.h>

#include <memory>
#include <span>
#include <utility>

#include "core/log.hpp"
#include "crypto/encoding.hpp"
#include "pdp/answer.hpp"
#include "pdp/record.hpp"
#include "pdp/settle.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/held_call.hpp"
#include "proxy/redact.hpp"
#include "proxy/reply.hpp"

namespace holdfast::pdp {
namespace {

using proxy::Exchange;
using proxy::RecogniseResult;
using proxy::Refused;

// No upstream's name has a colon: what the agent plane sees has another match key.
constexpr std::string_view kMatchKey = "holdfast:gate\n";
constexpr int kNo = 403;

tl::unexpected<Refused> malformed(std::string detail) {
  return tl::unexpected<Refused>(Refused{Ending::malformed, kNo, -32600, std::move(detail)});
}

RecogniseResult recognise_without_body(Exchange& exchange) {
  proxy::Recognised& request = exchange.request;
  const bool mcp = exchange.is_mcp();
  if (mcp && request.needs_body)
    return malformed("an MCP message is judged by its body, and the proxy that asks does not show it");
  const bool judged_by_body = request.needs_body;
  if (judged_by_body) proxy::leave_body_untold(request);
  request.needs_body = false;
  if (auto planned = plan_override_search(exchange.head, request); !planned) return planned;
  if (!request.needs_body && !request.search_body) return {};
  return malformed(
      "its body may name another method (_method), and the proxy that asks does not show it; if the upstream "
      "takes "
      "none from there, say `method_in_body: keep`");
}

// As the agent plane recognises it, as far as it is shown.
RecogniseResult recognise(Exchange& exchange, const Original& original,
                          std::shared_ptr<const proxy::Snapshot> snapshot, const std::string& agent) {
  exchange.head = original.head;
  exchange.body = original.body;
  exchange.buffered = true;
  exchange.request.we_send = false;
  auto head = recognise_head(std::move(snapshot), exchange.head, exchange.request, agent);
  if (!head) return head;
  if (!original.body_known) return recognise_without_body(exchange);
  if (exchange.body.size() > exchange.request.snapshot->options.limits.body)
    return malformed("the body is larger than limits.body");
  auto body = recognise_body(exchange.head, exchange.body, exchange.request);
  // Here a body is refused for what it is, whoever asks for it.
  if (body && exchange.request.set_aside) return tl::unexpected<Refused>(*exchange.request.set_aside);
  return body;
}

std::string_view protocol_of(const Exchange& exchange) {
  return exchange.is_mcp() ? "check-mcp" : "check-http";
}

// Approvers must have seen all that they approve, and be able to hold the caller to it.
void deny_unseen(Exchange& exchange, const Original& original) {
  if (exchange.decision.effect != Effect::escalate) return;
  const bool answerable = !exchange.is_mcp() || exchange.is_rpc_request();
  if (original.body_known && answerable) return;
  exchange.decision.effect = Effect::deny;
  exchange.decision.reason =
      original.body_known ? "A call that needs approval must be a request with an id."
                          : "This call needs approval, and its body is not shown to those who would give it.";
}

Decision judge(const proxy::Shared& shared, Exchange& exchange, const Original& original,
               proxy::SeenByAgent& seen, std::span<const Draw> room) {
  const policy::Policy& policy = *exchange.request.snapshot->policy;
  see_labels(shared, policy, exchange.request.call, seen);
  exchange.decision = policy.decide(exchange.request.call, room);
  deny_unseen(exchange, original);
  return exchange.decision;
}

// What is judged points into the exchange and the original.
Judged judged_of(const proxy::Shared* shared, Exchange* exchange, const Original* original,
                 const Setting& setting, approvals::HaltSwitch::Count begun) {
  Judged judged;
  judged.snapshot = exchange->request.snapshot;
  judged.begun = begun;
  judged.judge = [shared, exchange, original, seen = judged.seen](std::span<const Draw> room) {
    return judge(*shared, *exchange, *original, *seen, room);
  };
  judged.call = held_call(*exchange, false);
  if (!setting.agent.empty()) judged.call.agent_auth = "pdp";
  judged.call.protocol = protocol_of(*exchange);
  const crypto::Hash key = crypto::sha256(fmt::format("{}{}", kMatchKey, judged.call.match_key));
  judged.call.match_key = crypto::to_hex(crypto::bytes_of(key));
  judged.digest_with = [exchange](std::string_view nonce) {
    const crypto::Hash content = proxy::content_hash(exchange->request, exchange->body);
    return crypto::request_digest(proxy::components_of(exchange->request, content), nonce);
  };
  judged.decide({});
  return judged;
}

Response yes(const Exchange& exchange, const Verdict& verdict) {
  Response response{.status = 200, .type = "text/plain", .body = {}, .headers = {}};
  if (!exchange.request.is_call) return response;
  response.headers.emplace_back("Holdfast-Decision", to_string(verdict.effect));
  response.headers.emplace_back("Holdfast-Call", verdict.call_id);
  response.headers.emplace_back("Holdfast-Receipt", verdict.receipt_id);
  return response;
}

// Names, ids and numbers: nothing that people or agents write stands in a header.
Response no(const Exchange& exchange, const Verdict& verdict) {
  proxy::Refusal refusal{verdict.ending, verdict.detail};
  refusal.http_status = kNo;
  refusal.retry_after = verdict.retry_after;
  if (verdict.hold != nullptr) refusal.approval_id = verdict.hold->id;
  Response response{.status = kNo,
                    .type = "application/problem+json",
                    .body = problem_text(exchange, refusal),
                    .headers = {}};
  response.headers.emplace_back("Holdfast-Reason", to_string(verdict.ending));
  if (exchange.request.is_call) response.headers.emplace_back("Holdfast-Decision", to_string(verdict.effect));
  if (!verdict.call_id.empty()) response.headers.emplace_back("Holdfast-Call", verdict.call_id);
  if (!verdict.receipt_id.empty()) response.headers.emplace_back("Holdfast-Receipt", verdict.receipt_id);
  if (!refusal.approval_id.empty()) response.headers.emplace_back("Holdfast-Approval", refusal.approval_id);
  if (verdict.retry_after.count() > 0)
    response.headers.emplace_back("Retry-After", std::to_string(verdict.retry_after.count()));
  return response;
}

// It is recorded when it was meant for an upstream, by an agent that is known.
net::task<Response> refuse_unrecognised(Plane* plane, Exchange* exchange, const Setting* setting,
                                        Refused refused) {
  plane->metrics.judged(Effect::deny);
  Verdict verdict;
  verdict.ending = refused.ending;
  verdict.detail = std::move(refused.detail);
  const proxy::Recognised& request = exchange->request;
  if (request.upstream == nullptr || request.call.agent == nullptr) co_return no(*exchange, verdict);
  exchange->request.is_call = true;
  About about{{}, Effect::deny, nullptr, request.snapshot->approvals, {}};
  approvals::HeldCall& call = about.call;
  call.call_id = verdict.call_id = exchange->call_id;
  call.receipt_id = exchange->receipt_id;
  call.agent = request.call.agent->id;
  call.agent_auth = setting->agent.empty() ? request.call.agent->authenticated_by : "pdp";
  call.protocol = protocol_of(*exchange);
  call.bytes = static_cast<std::int64_t>(exchange->body.size());
  call.tool = request.call.tool.empty() ? request.upstream->name : request.call.tool;
  call.target = proxy::redacts(request) ? proxy::redacted_target(request) : request.target_uri;
  call.policy = request.snapshot->policy_digest;
  auto closing = close(plane->context.shared, std::move(about), {refused.ending, 0, false}, std::nullopt);
  const auto recorded = co_await std::move(closing);
  if (recorded) verdict.receipt_id = exchange->receipt_id;
  co_return no(*exchange, verdict);
}

}  // namespace

Response refuse_unread(std::string_view detail) {
  Response response = problem(kNo, Ending::malformed, detail);
  response.headers.emplace_back("Holdfast-Reason", to_string(Ending::malformed));
  return response;
}

net::task<Response> ask_gate(Plane* plane, const Request* request, Setting setting) {
  proxy::Shared* shared = plane->context.shared;
  const approvals::HaltSwitch::Count begun = shared->halts->count();
  const auto original = original_of(*request, setting);
  Exchange exchange;
  exchange.started = shared->clock->wall();
  exchange.call_id = make_uuid7(exchange.started);
  exchange.receipt_id = make_uuid7(exchange.started);
  exchange.nonce = crypto::make_nonce();
  if (!original) {
    plane->metrics.judged(Effect::deny);
    Verdict verdict;
    verdict.ending = Ending::malformed;
    verdict.detail = original.error().detail;
    co_return no(exchange, verdict);
  }
  auto recognised = recognise(exchange, *original, shared->snapshot.load(), setting.agent);
  if (!recognised) {
    auto refusing = refuse_unrecognised(plane, &exchange, &setting, std::move(recognised.error()));
    co_return co_await std::move(refusing);
  }
  if (!exchange.request.is_call) co_return yes(exchange, Verdict{});
  exchange.request.call.now = exchange.started;
  Judged judged = judged_of(shared, &exchange, &*original, setting, begun);
  auto settling = settle(plane, std::move(judged), Manner{.reports = false, .redeems = true});
  const Verdict verdict = co_await std::move(settling);
  plane->metrics.judged(verdict.effect);
  exchange.decision.effect = verdict.effect;
  co_return verdict.allowed ? yes(exchange, verdict) : no(exchange, verdict);
}

}  // namespace holdfast::pdp
