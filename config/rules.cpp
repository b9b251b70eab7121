#include <fmt/format.h>

#include <algorithm>

#include "config/sections.hpp"

namespace holdfast::config {
namespace {

const std::vector<std::string>& effects() {
  static const std::vector<std::string> names = {"allow", "escalate", "deny"};
  return names;
}

Effect effect_of(std::size_t index) {
  return static_cast<Effect>(index);
}

void read_plan(Section& section, policy::Rule& rule) {
  const auto plan = section.text("plan");
  if (!plan) return;
  rule.plan = *plan;
  rule.plan_at = section.place("plan");
  const bool may_escalate =
      rule.action == Effect::escalate || (rule.limit && rule.limit->over == Effect::escalate);
  if (!may_escalate) {
    section.context().error(
        section.place("plan"),
        fmt::format("`{}` is given, and the rule does not escalate", section.name_of("plan")));
  }
}

// What says nothing of a rule with this action is a slip.
bool read_flag_of(Section& section, std::string_view key, bool fits, std::string_view hint) {
  const bool flag = section.flag(key, false);
  if (flag && !fits) {
    section.context().error(section.place(key), fmt::format("`{}` is given, and the rule does not {}",
                                                            section.name_of(key), hint));
  }
  return flag;
}

// What a rule without an id is called, and one whose id cannot be taken: of that enough is said.
std::string id_of(std::size_t position) {
  return fmt::format("rules[{}]", position);
}

void read_id(Section& section, policy::Rule& rule, std::size_t position) {
  const auto id = section.text("id");
  rule.id = id.value_or(id_of(position));
  std::string wrong = id ? wrong_with_id(rule.id) : "";
  if (id && *id == "default") wrong = "is the name of what decides when no rule does";
  if (id && id->starts_with("rules[")) wrong = "is how a rule without an id is called";
  if (wrong.empty()) return;
  rule.id = id_of(position);
  section.context().error(section.place("id"), fmt::format("`{}` {}", section.name_of("id"), wrong));
}

std::string read_tool(Section& section) {
  const Node* node = section.peek("tool");
  if (node == nullptr || node->kind != Node::Kind::list) return section.text("tool", "*");
  static_cast<void>(section.take("tool", {.kind = Shape::Kind::text}));
  section.context().error(node->at, fmt::format("`{}` must be a single value", section.name_of("tool")),
                          "write a rule for each, or one name with a `*`");
  return "*";
}

// Absent when the rule's condition could not be read: a rule without it would say something else.
std::optional<policy::Rule> read_rule(Section& section, std::size_t position) {
  policy::Rule rule;
  rule.at = section.at();
  read_id(section, rule, position);
  rule.tool = read_tool(section);
  section.require("action", "allow, deny or escalate");
  rule.action = effect_of(section.choice("action", 2, effects()));
  rule.reason = read_reason(section);
  read_limit(section, rule);
  read_labels_to_add(section, rule);
  read_plan(section, rule);
  rule.show_rule = section.flag("show_rule", false);
  read_rollout(section, rule);
  rule.hide = read_flag_of(section, "hide", rule.action == Effect::deny, "deny");
  rule.precommit = read_flag_of(section, "precommit", rule.action != Effect::deny, "let anything pass");
  rule.when = read_condition(section, "when");
  if (!rule.when && section.has("when")) return std::nullopt;
  return rule;
}

}  // namespace

std::string read_reason(Section& section) {
  constexpr std::size_t kLongestReason = 1024;  // so that a receipt always fits (05-receipts)
  std::string reason = section.text("reason").value_or("");
  if (reason.size() > kLongestReason) {
    section.context().error(section.place("reason"), fmt::format("`{}` is longer than {} bytes",
                                                                 section.name_of("reason"), kLongestReason));
  }
  return reason;
}

void read_rules(Section& root, policy::Options& options) {
  options.default_effect =
      effect_of(root.choice("default", static_cast<std::size_t>(Effect::deny), effects()));
  std::size_t position = 0;
  const Problems& problems = root.context().problems;
  std::size_t said = problems.size();
  policy::Rule* last = nullptr;
  // Unknown keys are said when the section ends, so what was said of a rule is known before the next.
  const auto settle = [&] {
    const auto is_error = [](const Problem& problem) { return problem.severity == Severity::error; };
    if (last != nullptr)
      last->mistaken =
          std::any_of(problems.begin() + static_cast<std::ptrdiff_t>(said), problems.end(), is_error);
    said = problems.size();
    last = nullptr;
  };
  root.each("rules", [&](Section& section) {
    settle();
    auto rule = read_rule(section, position++);
    if (!rule) return;
    const auto same = std::find_if(options.rules.begin(), options.rules.end(),
                                   [&](const policy::Rule& other) { return other.id == rule->id; });
    if (same != options.rules.end()) {
      section.context().error(
          section.place("id"), fmt::format("the rule id `{}` stands twice", rule->id),
          fmt::format("the first is at {}:{}:{}", same->at.file, same->at.line, same->at.column));
      rule->id = id_of(position - 1);
    }
    last = &options.rules.emplace_back(std::move(*rule));
  });
  settle();
}

}  // namespace holdfast::config
