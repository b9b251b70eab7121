#include "approvals/hold_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_text.hpp"

namespace holdfast::approvals {
namespace {

using json::ObjectText;

void set_resolution(ObjectText& object, const Hold& hold) {
  if (hold.ended()) {
    object.set("resolution", resolution(hold));
  } else {
    object.set_null("resolution");
  }
}

// As sent; a call without arguments, or whose arguments could not be read, has none to show.
std::string args_text(const HeldCall& call, bool redacted) {
  if (redacted) return call.shown_args;
  return call.args.empty() ? "null" : call.args;
}

std::string approvals_text(const Hold& hold) {
  std::vector<std::string> votes;
  for (const Vote& vote : hold.votes) {
    ObjectText object;
    object.set("approver", vote.approver)
        .set("vote", vote.act == Act::approve ? "approve" : "reject")
        .set("reason", vote.reason)
        .set("at", to_rfc3339(vote.at))
        .set("level", vote.level);
    const auto undone = std::find(hold.undone.begin(), hold.undone.end(), vote.approver);
    if (undone != hold.undone.end()) object.set("stands", false);
    votes.push_back(object.text());
  }
  return json::array_text(votes);
}

// A path segment (RFC 3986 §3.3); ids are often mail addresses.
std::string segment(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~@").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c)
                 : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

// Whom the call waits for. What most holds do not have is left out.
void set_plan(ObjectText& object, const Hold& hold) {
  object.set("plan", hold.call.plan).set("required", hold.quorum.require);
  if (!hold.quorum.must_include.empty())
    object.set_raw("must_include", json::strings_text(hold.quorum.must_include));
  if (!hold.call.further_plans.empty())
    object.set_raw("further_plans", json::strings_text(hold.call.further_plans));
}

// Bytes of a body that a notification carries; a longer one is fetched from the API.
constexpr std::size_t kLargestNotice = 256 << 10;

// What the call is beside its arguments: nobody approves what he was not shown (law 2).
void set_request(ObjectText& object, const HeldCall& call, bool with_body, bool redacted) {
  object.set_if("summary", call.summary);
  object.set("method", call.method).set("target", json::to_utf8(redacted ? call.shown_target : call.target));
  if (redacted) {
    object.set("redacted", true).set("headers_omitted", true);  // the value may stand in Referer
  } else {
    object.set_raw("headers", call.headers.empty() ? "null" : call.headers);
  }
  if (redacted && !call.context.empty()) {
    object.set("claimed_context_omitted", true);
  } else if (!call.context.empty()) {
    object.set_raw("claimed_context", call.context);
  }
  if (with_body && !redacted) {
    object.set_if("body", call.body).set_if("body_base64", call.body_base64);
  } else if (!call.body.empty() || !call.body_base64.empty()) {
    object.set("body_omitted", true);
  }
}

}  // namespace

std::string to_api_json(const Hold& hold, Detail detail) {
  const HeldCall& call = hold.call;
  const bool whole = detail == Detail::whole;
  const bool redacted = !whole && call.redacted();
  ObjectText object;
  object.set("id", hold.id).set("call_id", call.call_id).set("status", to_string(hold.status));
  object.set("agent", ObjectText().set("id", call.agent).set("trust_tier", call.trust_tier));
  object.set("tool", call.tool).set("operation", call.operation).set_raw("args", args_text(call, redacted));
  set_request(object, call, whole, redacted);
  object.set("digest", call.digest).set("rule", call.rule).set("reason", call.reason);
  object.set("risk_level", call.risk_level);
  set_plan(object, hold);
  object.set("created_at", to_rfc3339(hold.created_at)).set("expires_at", to_rfc3339(hold.expires_at));
  object.set_raw("approvals", approvals_text(hold));
  object.set_raw("pending_approvers", json::strings_text(hold.pending_approvers));
  object.set("detached", hold.detached);
  set_resolution(object, hold);
  return object.text();
}

std::string to_callback_json(const Hold& hold) {
  return ObjectText()
      .set("status", to_string(hold.status))
      .set_raw("approvals", approvals_text(hold))
      .set_raw("pending_approvers", json::strings_text(hold.pending_approvers))
      .text();
}

std::string_view event_name(Event event) {
  switch (event) {
    case Event::requested:
      return "approval.requested";
    case Event::resolved:
      return "approval.resolved";
    case Event::completed:
      return "call.completed";
  }
  return "approval.requested";
}

std::string notification_json(Event event, const Hold& hold, const std::string& approver,
                              const std::string& control_url) {
  const HeldCall& call = hold.call;
  ObjectText object;
  object.set("event", event_name(event)).set("type", event_name(event));
  object.set("approval_id", hold.id).set("call_id", call.call_id).set("agent_id", call.agent);
  object.set("operation", ObjectText().set("type", call.operation).set("target", call.tool));
  object.set("risk_level", call.risk_level).set("timeout_at", to_rfc3339(hold.expires_at));
  object.set("tool", call.tool).set_raw("args", args_text(call, call.redacted())).set("digest", call.digest);
  set_request(object, call, call.body.size() + call.body_base64.size() <= kLargestNotice, call.redacted());
  object.set("rule", call.rule).set("reason", call.reason);
  set_plan(object, hold);
  object.set("callback_url", fmt::format("{}/v1/callbacks/{}", control_url, segment(approver)));
  if (event == Event::requested) return object.text();
  object.set("status", to_string(hold.status)).set("detached", hold.detached);
  object.set_raw("approvals", approvals_text(hold));
  set_resolution(object, hold);
  return object.text();
}

}  // namespace holdfast::approvals
