#include "app/approval_view.hpp"

#include <fmt/format.h>

#include <vector>

#include "app/table.hpp"
#include "app/visible.hpp"

namespace holdfast::app {
namespace {

// A member's text, or empty: strings and numbers.
std::string text_of(const json::Value* object, const char* name) {
  const json::Value* value = object == nullptr ? nullptr : object->find(name);
  if (value == nullptr || !(value->is(json::Kind::string) || value->is(json::Kind::number))) return {};
  return visible(value->text());
}

// A member as JSON, or empty.
std::string json_of(const json::Value& approval, const char* name) {
  const json::Value* value = approval.find(name);
  return value == nullptr || value->is(json::Kind::null) ? std::string()
                                                         : visible_json(json::to_text(*value));
}

std::string args_of(const json::Value& approval) {
  return json_of(approval, "args");
}

std::span<const json::Value> votes_of(const json::Value& approval) {
  const json::Value* votes = approval.find("approvals");
  return votes == nullptr ? std::span<const json::Value>() : votes->items();
}

// It is only said of those that do not.
bool stands(const json::Value& vote) {
  const json::Value* stands = vote.find("stands");
  return stands == nullptr || stands->boolean();
}

std::size_t approvals_in(const json::Value& approval) {
  std::size_t count = 0;
  for (const json::Value& vote : votes_of(approval))
    count += text_of(&vote, "vote") == "approve" && stands(vote) ? 1 : 0;
  return count;
}

std::string votes_text(const json::Value& approval) {
  return fmt::format("{}/{}", approvals_in(approval), text_of(&approval, "required"));
}

std::string asked_text(const json::Value& approval) {
  const json::Value* pending = approval.find("pending_approvers");
  std::string out;
  if (pending == nullptr) return out;
  for (const json::Value& approver : pending->items())
    out += (out.empty() ? "" : ", ") + visible(approver.text());
  return out;
}

std::string agent_text(const json::Value& approval) {
  const json::Value* agent = approval.find("agent");
  return fmt::format("{} (trust tier {})", text_of(agent, "id"), text_of(agent, "trust_tier"));
}

std::string request_text(const json::Value& approval) {
  return fmt::format("{} {}", text_of(&approval, "method"), text_of(&approval, "target"));
}

// Only when the arguments do not show all of it.
std::string body_text(const json::Value& approval) {
  const std::string base64 = text_of(&approval, "body_base64");
  return base64.empty() ? text_of(&approval, "body") : "base64 " + base64;
}

// Each on a line of its own; what stands before it is not the agent's to say.
void add_headers(const json::Value& approval, std::vector<std::pair<std::string, std::string>>& lines) {
  const json::Value* headers = approval.find("headers");
  if (headers == nullptr) return;
  if (headers->is(json::Kind::null))
    lines.emplace_back("headers", "not known: it was held by an earlier Holdfast");
  for (const json::Value& header : headers->items()) {
    const std::string name = text_of(&header, "name");
    if (header.find("credential") != nullptr) {
      lines.emplace_back("credential", fmt::format("{}, marked {}", name, text_of(&header, "credential")));
    } else if (header.find("value_base64") != nullptr) {
      lines.emplace_back("header in base64", fmt::format("{}: {}", name, text_of(&header, "value_base64")));
    } else {
      lines.emplace_back("header", fmt::format("{}: {}", name, text_of(&header, "value")));
    }
  }
}

}  // namespace

std::string approvals_table(std::span<const json::Value> approvals) {
  constexpr std::size_t kArgs = 48;
  constexpr std::size_t kReason = 40;
  std::vector<std::vector<std::string>> rows{
      {"ID", "STATUS", "AGENT", "TOOL", "ARGS", "REASON", "DEADLINE", "VOTES"}};
  for (const json::Value& approval : approvals) {
    rows.push_back({text_of(&approval, "id"), text_of(&approval, "status"),
                    text_of(approval.find("agent"), "id"), text_of(&approval, "tool"),
                    shortened(args_of(approval), kArgs), shortened(text_of(&approval, "reason"), kReason),
                    text_of(&approval, "expires_at"), votes_text(approval)});
  }
  return table(rows);
}

std::string approval_text(const json::Value& approval) {
  std::vector<std::pair<std::string, std::string>> lines{
      {"approval", text_of(&approval, "id")},
      {"status", text_of(&approval, "status")},
      {"agent", agent_text(approval)},
      {"tool", text_of(&approval, "tool")},
      {"summary", text_of(&approval, "summary")},
      {"request", request_text(approval)},
      {"args", args_of(approval)},
      {"body", body_text(approval)},
      {"claimed context", json_of(approval, "claimed_context")}};
  add_headers(approval, lines);
  const auto add = [&](const char* name, const char* member) {
    lines.emplace_back(name, text_of(&approval, member));
  };
  add("operation", "operation");
  add("risk", "risk_level");
  add("reason", "reason");
  add("rule", "rule");
  add("plan", "plan");
  add("made", "created_at");
  add("deadline", "expires_at");
  lines.emplace_back("votes", votes_text(approval));
  for (const json::Value& vote : votes_of(approval)) {
    const std::string reason = text_of(&vote, "reason");
    lines.emplace_back("vote",
                       fmt::format("{} by {} at {}{}{}{}", text_of(&vote, "vote"), text_of(&vote, "approver"),
                                   text_of(&vote, "at"), stands(vote) ? "" : ", which counts no more",
                                   reason.empty() ? "" : ": ", reason));
  }
  lines.emplace_back("still asked", asked_text(approval));
  lines.emplace_back("resolution", text_of(&approval, "resolution"));
  lines.emplace_back("digest", text_of(&approval, "digest"));
  return block(lines);
}

std::string vote_outcome(const json::Value& approval, bool approved) {
  const std::string asked = asked_text(approval);
  return fmt::format("{}: the hold is {}, {} of {} approvals{}", approved ? "approved" : "rejected",
                     text_of(&approval, "status"), approvals_in(approval), text_of(&approval, "required"),
                     asked.empty() ? "" : ", still asked: " + asked);
}

}  // namespace holdfast::app
