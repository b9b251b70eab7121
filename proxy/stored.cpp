#include "proxy/stored.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "net/sse.hpp"
#include "proxy/reply.hpp"

namespace holdfast::proxy {
namespace {

// The kept JSON-RPC reply under another id. Only our own relay keeps such replies, so it parses.
std::string under_id(const std::string& kept, const std::string& id) {
  const auto document = json::parse(kept, {kept.size(), 512});
  json::ObjectText message;
  message.set("jsonrpc", "2.0").set_raw("id", id);
  if (document) {
    for (const char* name : {"result", "error"}) {
      if (const json::Value* value = document->root().find(name))
        message.set_raw(name, json::to_text(*value));
    }
  }
  return message.text();
}

std::string rejection(const approvals::Hold& hold) {
  for (const approvals::Vote& vote : hold.votes) {
    if (vote.act == approvals::Act::reject && !vote.reason.empty()) {
      return fmt::format("An approver rejected this call: {}", vote.reason);
    }
  }
  return "An approver rejected this call.";
}

}  // namespace

std::string ending_sentence(const approvals::Hold& hold) {
  if (!hold.ending) return "The call is not decided yet.";
  switch (*hold.ending) {
    case Ending::rejected:
      return rejection(hold);
    case Ending::expired:
      return fmt::format("Nobody decided on this call before {}.", to_rfc3339(hold.expires_at));
    case Ending::cancelled:
      return "This call was cancelled before it was run.";
    case Ending::client_gone:
      return "This call was approved, but nobody asked for it again in time; it was not run.";
    case Ending::policy_changed:
      return "The policy changed while this call was waiting; it was not run.";
    case Ending::upstream_failed:
      return "The upstream took no byte of this call; it was not run.";
    case Ending::halted:
      return "Everything was halted at the moment this call was to be sent; it was not run.";
    case Ending::succeeded:
      return "The call was run.";
    case Ending::outcome_unknown:
      return "The call was sent, but what became of it is not known.";
    case Ending::permitted:
      return "Whoever asked about this call was told to go on.";
    case Ending::failed:
      return "The call was tried and failed, says whoever made it.";
    case Ending::malformed:
    case Ending::too_large:
    case Ending::not_found:
    case Ending::unauthenticated:
    case Ending::policy_denied:
    case Ending::approval_pending:
    case Ending::limited:
    case Ending::too_many_pending:
    case Ending::unavailable:
    case Ending::draining:
      break;
  }
  return "This call was not run.";
}

net::task<void> answer_stored(Exchange* exchange, Answer* answer, approvals::HoldPtr hold) {
  const approvals::StoredResponse& stored = *hold->response;
  if (!stored.complete) {
    Refusal refusal{Ending::outcome_unknown, {}, hold->id};
    refusal.detail = fmt::format(
        "The call was run and answered with status {}; the response was too large to keep, or too much was "
        "kept already.",
        stored.status);
    co_await refuse(exchange, answer, std::move(refusal));
    co_return;
  }
  if (exchange->is_rpc_request() && !answer->streaming_events()) {
    HeaderList headers{{"Content-Type", "application/json"}};
    std::string text = under_id(stored.body, exchange->request.message->id);
    co_await answer->respond(200, std::move(headers), std::move(text));
    co_return;
  }
  if (exchange->is_rpc_request()) {
    const std::string text = under_id(stored.body, exchange->request.message->id);
    std::string event = net::sse_event("", text);
    co_await answer->event_bytes(std::move(event));
    co_await answer->end_events();
    co_return;
  }
  HeaderList headers(stored.headers.begin(), stored.headers.end());
  headers.emplace_back("Holdfast-Resolution", std::string(to_string(*hold->ending)));
  std::string body = stored.body;
  co_await answer->respond(stored.status, std::move(headers), std::move(body));
}

}  // namespace holdfast::proxy
