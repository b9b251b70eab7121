// What is decided without a rule's tool: auto_reject, auto_approve, multi_approval, approvals.routes; and the
// words they use, trust_tiers and risk.
#include <fmt/format.h>

#include <algorithm>

#include "config/schema.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

const std::vector<std::string>& sensitivities() {
  static const std::vector<std::string> names = {"low", "standard", "high"};
  return names;
}

const std::vector<std::string>& levels() {
  static const std::vector<std::string> names = {"low", "medium", "high", "critical"};
  return names;
}

// Absent when it could not be read: what it guards would mean something else without it.
std::optional<policy::Condition> read_required(Section& section, std::string_view key) {
  section.require(key, "such as {trust_tier: 1, operation: DATABASE_READ}");
  return read_condition(section, key);
}

void read_auto(Section& root, std::string_view list, Effect action, std::vector<policy::Rule>& into) {
  std::size_t position = 0;
  root.each(list, [&](Section& section) {
    policy::Rule rule;
    rule.at = section.at();
    rule.id = fmt::format("{}[{}]", list, position++);
    rule.action = action;
    rule.reason = read_reason(section);
    read_rollout(section, rule);
    rule.when = read_required(section, "condition");
    if (rule.when) into.push_back(std::move(rule));
  });
}

Node risk_row() {
  return schema::list_of_words(levels(), std::tuple_size_v<policy::RiskMatrix::value_type>);
}

void read_risk_row(Section& section, std::size_t sensitivity, policy::RiskMatrix& risk) {
  const std::string& key = sensitivities().at(sensitivity);
  auto& row = risk.at(sensitivity);
  std::vector<Node> shown;
  for (const RiskLevel level : row)
    shown.push_back(plain(levels().at(static_cast<std::size_t>(level))));
  const Node* written = section.take(
      key, {.kind = Shape::Kind::custom, .fallback = list_of(std::move(shown)), .schema = risk_row});
  if (written == nullptr) return;
  bool good = written->kind == Node::Kind::list && written->items.size() == row.size();
  for (std::size_t tier = 0; good && tier < row.size(); ++tier) {
    const auto level = std::find(levels().begin(), levels().end(), written->items[tier].text);
    good = level != levels().end();
    if (good) row.at(tier) = static_cast<RiskLevel>(level - levels().begin());
  }
  if (good) return;
  section.context().error(
      section.place(key),
      fmt::format("`{}` must be five risk levels, of the trust tiers 1 to 5", section.name_of(key)),
      "such as [low, low, medium, high, critical]");
}

}  // namespace

void read_trust_tiers(Section& root, Config& config) {
  root.members("trust_tiers", schema::tier_number, [&](const Member& member) {
    const auto tier = root.context().scalar(member.value, fmt::format("trust_tiers.{}", member.key));
    if (member.key.find_first_not_of("0123456789") == std::string::npos) {
      return root.context().error(member.at, fmt::format("`{}` is no name for a trust tier", member.key),
                                  "numbers are the tiers themselves");
    }
    const bool good = tier && tier->kind == Scalar::Kind::number && tier->text.size() == 1 &&
                      tier->text.front() >= '1' && tier->text.front() <= '5';
    if (good) {
      config.policy.directory.trust_tiers.emplace(member.key, tier->text.front() - '0');
    } else {
      root.context().error(member.value.at,
                           fmt::format("the trust tier `{}` must be a number from 1 to 5", member.key),
                           "1 is the most trusted");
    }
  });
}

void read_auto_rules(Section& root, policy::Options& options) {
  read_auto(root, "auto_reject", Effect::deny, options.auto_reject);
  read_auto(root, "auto_approve", Effect::allow, options.auto_approve);
  root.each("multi_approval", [&](Section& section) {
    policy::MultiApproval raise;
    raise.at = section.at();
    raise.required_approvers = static_cast<int>(section.integer("required_approvers", 1, {1, 32}));
    raise.must_include = section.texts("must_include");
    auto condition = read_required(section, "condition");
    if (!condition) return;
    raise.condition = std::move(*condition);
    options.multi_approval.push_back(std::move(raise));
  });
  root.map("risk", [&](Section& section) {
    for (std::size_t i = 0; i < sensitivities().size(); ++i)
      read_risk_row(section, i, options.risk);
  });
}

void read_routes(Section& approvals, policy::Options& options) {
  approvals.each("routes", [&](Section& section) {
    policy::Route route;
    route.at = section.at();
    route.plan = section.required_text("plan").value_or("");
    route.when = read_condition(section, "when");
    if (!route.when && section.has("when")) return;
    options.routes.push_back(std::move(route));
  });
}

}  // namespace holdfast::config
