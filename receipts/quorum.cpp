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

Plan plan_in(const json::Value* plan) {
  return {count_of(plan, "require").value_or(0), texts_of(plan, "from"), texts_of(plan, "must_include")};
}

using Groups = std::set<std::string, std::less<>>;

bool share_one(const Groups& a, const Groups& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& group) { return b.contains(group); });
}

// The groups of an approver whose vote is one of those that were asked for; else null.
const Groups* groups_of(const std::vector<Plan>& plans, const Approval& approval, const Roster& roster) {
  const auto approver = roster.find(approval.kid);
  if (approver == roster.end() || !approver->second.contains(approval.group)) return nullptr;
  const bool asked = std::any_of(plans.begin(), plans.end(),
                                 [&](const Plan& plan) { return plan.from.contains(approval.group); });
  return asked ? &approver->second : nullptr;
}

// Of the approvers who count, each with the groups the roster gives him.
using Approved = std::map<std::string_view, const Groups*>;

std::string missing_of(const Plan& plan, const Approved& approved) {
  if (plan.require == 0 || plan.from.empty()) return "the plan requires nobody";
  const auto count = static_cast<std::uint64_t>(std::count_if(
      approved.begin(), approved.end(), [&](const auto& one) { return share_one(*one.second, plan.from); }));
  if (count < plan.require) {
    return "of " + std::to_string(plan.require) + " approvers that the plan requires, " +
           std::to_string(count) + " on the roster approved";
  }
  for (const std::string& group : plan.must_include) {
    const bool there = std::any_of(approved.begin(), approved.end(),
                                   [&](const auto& one) { return one.second->contains(group); });
    if (!there) return "nobody of the group " + group + ", which the plan must include, approved";
  }
  return {};
}

}  // namespace

std::vector<Plan> plans_of(const json::Value& entry) {
  const json::Value* plan = object_of(&entry, "plan");
  std::vector<Plan> plans{plan_in(plan)};
  const json::Value* further = plan == nullptr ? nullptr : plan->find("further");
  if (further == nullptr) return plans;
  // A list that cannot be read is a plan that requires nobody, which nothing meets.
  if (!further->is(json::Kind::array) || further->items().empty()) plans.emplace_back();
  for (const json::Value& one : further->items())
    plans.push_back(plan_in(&one));
  return plans;
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

std::string missing_quorum(const std::vector<Plan>& plans, const std::vector<Approval>& approvals,
                           const Roster& roster) {
  Approved approved;
  for (const Approval& approval : approvals) {
    const Groups* groups = groups_of(plans, approval, roster);
    if (groups == nullptr) continue;
    if (approval.act == "reject") return approval.kid + " rejected it";
    if (approval.act == "approve") approved.emplace(approval.kid, groups);
  }
  for (const Plan& plan : plans) {
    if (std::string why = missing_of(plan, approved); !why.empty()) return why;
  }
  return {};
}

}  // namespace holdfast::receipts
