#include "proxy/reply.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "net/sse.hpp"

namespace holdfast::proxy {
namespace {

// A row of 09's table.
struct Row {
  int http;
  int rpc;  // the code in isError's _meta or in a JSON-RPC error
  std::string_view retry;
  std::string_view title;
};

Row row_of(Ending ending) {
  switch (ending) {
    case Ending::succeeded:
      return {200, 0, "never", "Succeeded"};
    case Ending::malformed:
      return {400, -32600, "changed_call", "The request cannot be judged as it is"};
    case Ending::too_large:
      return {413, -32600, "changed_call", "The request is too large"};
    case Ending::not_found:
      return {404, -32600, "changed_call", "Nothing is here"};
    case Ending::unauthenticated:
      return {401, -31000, "never", "The caller is not known"};
    case Ending::policy_denied:
      return {403, -31001, "changed_call", "Denied by policy"};
    case Ending::rejected:
      return {403, -31004, "changed_call", "Rejected by an approver"};
    case Ending::cancelled:
      return {403, -31001, "never", "The call was cancelled"};
    case Ending::policy_changed:
      return {403, -31001, "never", "The policy changed while the call was held"};
    case Ending::client_gone:
      return {403, -31001, "never", "Nobody came back for the approved call"};
    case Ending::expired:
      return {403, -31003, "same_call", "Nobody decided in time"};
    case Ending::approval_pending:
      return {202, -31002, "same_call", "Waiting for approval"};
    case Ending::limited:
      return {429, -31001, "later", "Over a limit"};
    case Ending::too_many_pending:
      return {429, -31001, "later", "Too many calls of this agent wait for approval"};
    case Ending::halted:
      return {503, -31001, "later", "Everything is halted"};
    case Ending::unavailable:
      return {503, -31001, "later", "The call cannot be taken now"};
    case Ending::draining:
      return {503, -31001, "later", "This sidecar is stopping"};
    case Ending::upstream_failed:
      return {502, -31001, "same_call", "The upstream was not reached"};
    case Ending::outcome_unknown:
      return {504, -31005, "never", "The call was sent; what became of it is not known"};
    case Ending::permitted:
      return {200, 0, "never", "Permitted"};
    case Ending::failed:
      return {502, -31001, "never", "The call was tried and failed"};
  }
  return {500, -31001, "never", "Refused"};
}

constexpr const char* kUnavailable = "This call cannot be recorded now, so it was not sent.";
// When nobody knows better.
constexpr std::chrono::seconds kRetryAfter{5};

std::string retry_after_text(const Refusal& refusal) {
  const auto seconds = refusal.retry_after.count() > 0 ? refusal.retry_after : kRetryAfter;
  return std::to_string(seconds.count());
}

int http_status(const Exchange& exchange, const Refusal& refusal) {
  if (refusal.http_status != 0) return refusal.http_status;
  // A 401 starts OAuth in MCP clients.
  if (refusal.ending == Ending::unauthenticated && exchange.is_mcp()) return 403;
  return row_of(refusal.ending).http;
}

int rpc_code(const Refusal& refusal) {
  return refusal.rpc_code != 0 ? refusal.rpc_code : row_of(refusal.ending).rpc;
}

json::ObjectText problem(const Exchange& exchange, const Refusal& refusal) {
  const Row row = row_of(refusal.ending);
  json::ObjectText object;
  object.set("type", fmt::format("/.well-known/holdfast/#{}", to_string(refusal.ending)))
      .set("title", row.title)
      .set("status", http_status(exchange, refusal))
      .set("detail", json::to_utf8(refusal.detail))
      .set("reason_code", to_string(refusal.ending))
      .set("retry", row.retry)
      .set_if("call_id", exchange.call_id)
      .set_if("approval_id", refusal.approval_id);
  if (refusal.retry_after.count() > 0) object.set("retry_after", refusal.retry_after.count());
  if (exchange.request.is_call && !exchange.call_id.empty()) {
    object.set("decision", to_string(exchange.decision.effect));
    if (exchange.decision.show_rule) object.set("rule", exchange.decision.rule);
  }
  return object;
}

// What a model reads: the reason, then what to do next.
std::string for_the_model(const Refusal& refusal) {
  std::string text = refusal.detail;
  const std::string_view retry = row_of(refusal.ending).retry;
  if (refusal.ending == Ending::approval_pending) return text;
  if (!text.ends_with('.') && !text.ends_with('!') && !text.ends_with('?')) text += '.';
  if (retry == "changed_call") text += " Do not send the same call again; a changed call is judged anew.";
  if (retry == "same_call") text += " The same call may be sent again.";
  if (retry == "later" && refusal.retry_after.count() > 0) {
    text += fmt::format(" Try again in {} seconds.", refusal.retry_after.count());
  } else if (retry == "later") {
    text += " Try again later.";
  }
  if (retry == "never") text += " Do not retry.";
  return text;
}

// Refusals that are about the message, not the tool: HTTP carries them with a JSON-RPC error (MCP "Sending
// Messages").
bool is_transport_refusal(Ending ending) {
  return ending == Ending::malformed || ending == Ending::too_large || ending == Ending::not_found ||
         ending == Ending::unauthenticated;
}

std::string rpc_error(const Exchange& exchange, const Refusal& refusal) {
  json::ObjectText error;
  error.set("code", rpc_code(refusal))
      .set("message", json::to_utf8(refusal.detail))
      .set("data", problem(exchange, refusal));
  json::ObjectText message;
  message.set("jsonrpc", "2.0").set("error", error);
  if (exchange.is_rpc_request()) {
    message.set_raw("id", exchange.request.message->id);
  } else {
    message.set_null("id");
  }
  return message.text();
}

net::task<void> refuse_mcp(Exchange* exchange, Answer* answer, Refusal refusal) {
  const bool as_http = is_transport_refusal(refusal.ending) || !exchange->is_rpc_request();
  std::string message = as_http ? rpc_error(*exchange, refusal) : rpc_refusal(*exchange, refusal);
  if (answer->streaming_events()) {
    std::string event = net::sse_event("", message);
    co_await answer->event_bytes(std::move(event));
    co_await answer->end_events();
    co_return;
  }
  // What is no request takes no message for an answer (MCP "Sending Messages"): the status says it.
  const bool by_status = is_transport_refusal(refusal.ending) || row_of(refusal.ending).http == 503;
  int status = 200;
  if (as_http) status = by_status ? http_status(*exchange, refusal) : 400;
  HeaderList headers{{"Content-Type", "application/json"}};
  co_await answer->respond(status, std::move(headers), std::move(message));
}

}  // namespace

std::string status_path(std::string_view handle) {
  return fmt::format("/.well-known/holdfast/calls/{}", handle);
}

std::string problem_text(const Exchange& exchange, const Refusal& refusal) {
  return problem(exchange, refusal).text();
}

std::string rpc_refusal(const Exchange& exchange, const Refusal& refusal) {
  const bool tool_call = exchange.is_rpc_request() && exchange.request.message->method == "tools/call";
  if (!tool_call || exchange.request.snapshot->options.mcp_deny_as_error) return rpc_error(exchange, refusal);
  json::ObjectText text;
  text.set("type", "text").set("text", json::to_utf8(for_the_model(refusal)));
  json::ObjectText meta;
  meta.set("holdfast/refusal", problem(exchange, refusal).set("code", rpc_code(refusal)));
  json::ObjectText result;
  result.set("isError", true).set("_meta", meta).set_raw("content", "[" + text.text() + "]");
  json::ObjectText message;
  message.set("jsonrpc", "2.0").set_raw("id", exchange.request.message->id).set("result", result);
  return message.text();
}

net::task<void> refuse(Exchange* exchange, Answer* answer, Refusal refusal) {
  exchange->worker->metrics.refused(refusal.ending);
  if (refusal.ending == Ending::unavailable) {
    // Why names files of ours, which are no business of the agent's.
    log::warning("unavailable", {{"call", exchange->call_id}, {"why", refusal.detail}});
    refusal.detail = kUnavailable;
  }
  if (is_transport_refusal(refusal.ending)) answer->close_after();
  if (exchange->is_mcp()) {
    co_await refuse_mcp(exchange, answer, std::move(refusal));
    co_return;
  }
  HeaderList headers{{"Content-Type", "application/problem+json"}};
  if (row_of(refusal.ending).retry == "later") headers.emplace_back("Retry-After", retry_after_text(refusal));
  if (refusal.ending == Ending::approval_pending) {
    headers.emplace_back("Location", status_path(refusal.handle));
    headers.emplace_back("Retry-After", retry_after_text(refusal));
  }
  if (refusal.ending == Ending::unauthenticated)
    headers.emplace_back("WWW-Authenticate", "Holdfast-Agent-Token");
  const int status = http_status(*exchange, refusal);
  std::string body = problem_text(*exchange, refusal);
  co_await answer->respond(status, std::move(headers), std::move(body));
}

namespace {

// An answer that belongs to no request, as far as it was read, and ends its connection.
std::string bare_answer(const Refusal& refusal, std::string_view more_headers) {
  const std::string body = problem_text(Exchange{}, refusal);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\n{}Content-Length: {}\r\nConnection: "
      "close\r\n\r\n{}",
      refusal.http_status, net::reason_phrase(refusal.http_status), more_headers, body.size(), body);
}

}  // namespace

std::string unreadable_request(const Error& error) {
  int status = 400;
  if (error.code == Code::too_large) status = 431;
  if (error.code == Code::unsupported) status = 501;
  if (error.code == Code::timeout) status = 408;
  const Ending ending = status == 431 ? Ending::too_large : Ending::malformed;
  return bare_answer(Refusal{ending, error.detail, "", "", status, 0}, "");
}

std::string too_many_connections() {
  Refusal refusal{Ending::unavailable,
                  "This sidecar has as many connections as it may; try again later.",
                  "",
                  "",
                  503,
                  0};
  refusal.retry_after = kRetryAfter;
  return bare_answer(refusal, fmt::format("Retry-After: {}\r\n", retry_after_text(refusal)));
}

}  // namespace holdfast::proxy
