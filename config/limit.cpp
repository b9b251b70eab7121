// `limit` and `add_labels` of a rule, and `labels`.
#include <fmt/format.h>

#include <algorithm>

#include "config/schema.hpp"
#include "config/sections.hpp"
#include "core/decimal_sum.hpp"
#include "core/decision.hpp"

namespace holdfast::config {
namespace {

const std::vector<std::string>& subjects() {
  static const std::vector<std::string> names = {"agent", "tool", "global"};
  return names;
}

const std::vector<std::string>& overs() {
  static const std::vector<std::string> names = {"deny", "escalate"};
  return names;
}

// Empty when it is not there, or no number of which a sum can be made.
std::string read_decimal(Section& section, std::string_view key) {
  const Node* node = section.take(key, {.kind = Shape::Kind::custom, .schema = schema::amount});
  if (node == nullptr) return {};
  const auto scalar = section.context().scalar(*node, section.name_of(key));
  if (!scalar) return {};
  const auto number = scalar->kind == Scalar::Kind::number ? DecimalSum::parse(scalar->text) : std::nullopt;
  if (number && *number >= DecimalSum{}) return scalar->text;
  section.wrong(key, *node, "a number that is not negative",
                node->plain ? "such as `max: 1000`" : "write it without quotes, such as `max: 1000`");
  return {};
}

std::string read_calls(Section& section) {
  const auto calls = section.integer("calls", 1, {1, kMostSpends},
                                     {.kind = Shape::Kind::integer, .least = 1, .most = kMostSpends});
  return std::to_string(calls);
}

void check_kind(Section& section) {
  if (!section.exactly_one("calls", "sum")) {
    section.context().error(section.at(), fmt::format("`{}` needs one of `calls` and `sum`", section.name()),
                            "such as {calls: 10, per: 1h, by: agent}");
  }
  if (!section.together("sum", "max")) {
    section.context().error(section.at(), fmt::format("`{}` needs `max` with `sum`", section.name()),
                            "such as {sum: args.amount, max: 1000, per: 24h, by: agent}");
  }
}

policy::Limit read(Section& section) {
  policy::Limit limit;
  limit.at = section.at();
  check_kind(section);
  limit.sum = section.text("sum").value_or("");
  const std::string calls = read_calls(section);
  const std::string max = read_decimal(section, "max");
  limit.max = limit.sum.empty() ? calls : max;
  section.require("per", "such as 1h");
  limit.per = section.duration("per", {kShortestApproval, kLongest}).value_or(kLongest);
  section.require("by", "agent, tool or global");
  limit.by = static_cast<policy::Limit::By>(section.choice("by", 0, subjects()));
  limit.over = section.choice("over", 0, overs()) == 0 ? Effect::deny : Effect::escalate;
  return limit;
}

}  // namespace

void read_limit(Section& rule_section, policy::Rule& rule) {
  rule_section.map("limit", [&](Section& section) {
    if (!section.given()) return;
    rule.limit = read(section);
    Context& context = section.context();
    if (rule.action == Effect::deny) {
      context.error(section.at(), fmt::format("`{}` is given, and the rule denies", section.name()),
                    "a limit is of what a rule lets through");
    }
    if (rule.action == Effect::escalate && rule.limit->over == Effect::escalate) {
      context.error(section.place("over"),
                    fmt::format("`{}` is escalate, and the rule escalates anyway", section.name_of("over")),
                    "leave it out, and calls over the limit are denied");
    }
    if (!rule_section.has("id")) {
      context.warning(rule.at, fmt::format("`{}` has a limit and no `id`", rule_section.name()),
                      "what was spent is kept under the rule's id: without one, it is lost when a rule is "
                      "put before it");
    }
  });
}

void read_labels_to_add(Section& section, policy::Rule& rule) {
  constexpr std::size_t kMost = 16;
  rule.add_labels = section.texts("add_labels");
  Context& context = section.context();
  const std::string name = section.name_of("add_labels");
  const Position at = section.place("add_labels");
  if (rule.add_labels.empty()) return;
  if (rule.action == Effect::deny) {
    context.error(at, fmt::format("`{}` is given, and the rule denies", name),
                  "a label is of what an agent is given to read");
  }
  if (rule.add_labels.size() > kMost) {
    context.error(at, fmt::format("`{}` has more than {} labels", name, kMost));
  }
  for (const std::string& label : rule.add_labels) {
    if (const std::string wrong = wrong_with_id(label); !wrong.empty())
      context.error(at, fmt::format("a label of `{}` {}", name, wrong));
  }
}

void read_labels(Section& root, Config& config) {
  approvals::Options& options = config.approvals;
  options.labels_ttl = std::max(options.labels_ttl, options.result_ttl);
  root.map("labels", [&](Section& section) {
    options.labels_ttl = section.duration("ttl", options.labels_ttl, {kShortestApproval, kLongest});
    if (section.has("ttl") && options.labels_ttl < options.result_ttl) {
      section.context().error(section.place("ttl"), "`labels.ttl` is shorter than `hold.result_ttl`",
                              "a stored answer would be read when its label has fallen off");
    }
  });
}

}  // namespace holdfast::config
