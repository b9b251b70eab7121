#include "proxy/held_call.hpp"

#include <algorithm>

#include "core/json_text.hpp"
#include "crypto/encoding.hpp"
#include "proxy/claims.hpp"
#include "proxy/fingerprint.hpp"
#include "proxy/redact.hpp"
#include "proxy/shown_headers.hpp"
#include "proxy/summary.hpp"

namespace holdfast::proxy {
namespace {

// The arguments as approvers see them: as sent.
std::string args_text(const Exchange& exchange) {
  const Call& call = exchange.request.call;
  if (call.args != nullptr) return json::to_text(*call.args);
  return {};
}

// True when somebody who sees tool, method, target and arguments has seen the whole body.
bool args_show_all(const Exchange& exchange) {
  const Recognised& request = exchange.request;
  if (exchange.body.empty()) return true;
  if (!request.message) {
    return request.call.args_state == Readable::whole && request.call.args == request.call.body;
  }
  if (request.message->method != "tools/call") return true;
  for (const json::Member& member : request.message->params->members()) {
    if (member.name == "name" || member.name == "arguments") continue;
    const bool only_token = member.name == "_meta" && member.value.members().size() == 1 &&
                            request.message->progress_token != nullptr;
    if (!only_token) return false;
  }
  return true;
}

void show_body(const Exchange& exchange, approvals::HeldCall& call) {
  if (args_show_all(exchange)) return;
  // As JSON text a control character takes six bytes.
  const bool controls = std::any_of(exchange.body.begin(), exchange.body.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  if (!controls && json::to_utf8(exchange.body) == exchange.body) {
    call.body = exchange.body;
  } else {
    call.body_base64 = crypto::to_base64(exchange.body);
  }
}

}  // namespace

approvals::HeldCall held_call(const Exchange& exchange, bool asynchronous) {
  const Recognised& request = exchange.request;
  const crypto::Hash content = content_hash(request, exchange.body);
  const crypto::RequestComponents components = components_of(request, content);
  approvals::HeldCall call;
  call.call_id = exchange.call_id;
  call.receipt_id = exchange.receipt_id;
  call.agent = request.call.agent->id;
  call.agent_auth = request.call.agent->authenticated_by;
  call.trust_tier = request.call.agent->trust_tier;
  call.protocol = to_string(request.call.protocol);
  call.bytes = static_cast<std::int64_t>(exchange.body.size());
  call.upstream = request.upstream->name;
  call.tool = request.call.tool;
  call.operation = request.call.operation;
  call.risk_level = to_string(exchange.decision.risk);
  call.method = request.call.method;
  call.target = request.target_uri;
  call.args = args_text(exchange);
  show_body(exchange, call);
  call.context = context_text(request);
  call.headers = shown_headers(request, components);
  if (request.match.tool != nullptr)
    call.summary = summarise(request.match.tool->summary, request.call, exchange.decision.risk);
  if (redacts(request)) {
    call.shown_args = redacted_args(request.match.tool, request.call);
    call.shown_target = redacted_target(request);
  }
  call.rule = exchange.decision.rule;
  call.reason = exchange.decision.reason;
  call.plan = exchange.decision.plan;
  call.further_plans.assign(exchange.decision.further_plans.begin(), exchange.decision.further_plans.end());
  call.required = exchange.decision.required;
  call.must_include.assign(exchange.decision.must_include.begin(), exchange.decision.must_include.end());
  call.draws = exchange.decision.draws;
  call.nonce = exchange.nonce;
  call.digest = crypto::request_digest(components, exchange.nonce);
  call.match_key = match_key(request, components);
  call.policy = request.snapshot->policy_digest;
  call.asynchronous = asynchronous;
  return call;
}

}  // namespace holdfast::proxy
