#include "receipts/quorum.hpp"

#include <algorithm>

#include "receipts/entry.hpp"

namespace holdfast::receipts {
namespace {

std::set<std::string, std::less<>> texts_of(const json::Value* object, std::string_view name) {
  std::set<std::string, std::less<>> texts;
  const json::Value* list = object == nullptr ? nullptr : object->find(name);
  if (list == nullptr) return texts;
  for (const json::Value& item : list->items()) {
    if (item.is(json::Kind::string)) texts.emplace(item.text());
  }
  return texts;
}

bool counts(const Plan& plan, const Approval& approval, const Roster& roster) {
  const auto approver = roster.find(approval.kid);
  if (approver == roster.end() || !plan.from.contains(approval.group)) return false;
  return approver->second.contains(approval.group);
}

}  // namespace

Plan plan_of(const json::Value& entry) {
  const json::Value* plan = object_of(&entry, "plan");
  return {count_of(plan, "require").value_or(0), texts_of(plan, "from")};
}

std::vector<Approval> approvals_of(const json::Value& entry) {
  std::vector<Approval> approvals;
  const json::Value* list = entry.find("approvals");
  if (list == nullptr) return approvals;
  for (const json::Value& item : list->items()) {
    const auto text = [&](std::string_view name) { return std::string(text_of(&item, name)); };
    approvals.push_back({text("act"), text("kid"), text("group"), text("evidence")});
  }
  return approvals;
}

Result<Roster> parse_roster(std::string_view blob) {
  const auto document = json::parse(blob, {64 << 20, 16});
  if (!document) return fail(Code::malformed, "the roster is not JSON: " + document.error().detail);
  const json::Value* approvers = document->root().find("approvers");
  if (approvers == nullptr || !approvers->is(json::Kind::array)) {
    return fail(Code::malformed, "the roster has no list `approvers`");
  }
  Roster roster;
  for (const json::Value& approver : approvers->items()) {
    const std::string_view id = text_of(&approver, "id");
    if (id.empty() || !roster.emplace(id, texts_of(&approver, "groups")).second) {
      return fail(Code::malformed, "the roster has an approver without an id, or one twice");
    }
  }
  return roster;
}

std::string missing_quorum(const Plan& plan, const std::vector<Approval>& approvals, const Roster& roster) {
  if (plan.require == 0 || plan.from.empty()) return "the plan requires nobody";
  std::set<std::string_view> approvers;
  for (const Approval& approval : approvals) {
    if (!counts(plan, approval, roster)) continue;
    if (approval.act == "reject") return approval.kid + " rejected it";
    if (approval.act == "approve") approvers.insert(approval.kid);
  }
  if (approvers.size() >= plan.require) return {};
  return "of " + std::to_string(plan.require) + " approvers that the plan requires, " +
         std::to_string(approvers.size()) + " on the roster approved";
}

}  // namespace holdfast::receipts
