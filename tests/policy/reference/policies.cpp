#include "tests/policy/reference/policies.hpp"

#include <fmt/format.h>

#include "tests/policy/reference/words.hpp"

namespace holdfast::reference {
namespace {

policy::Rule some_rule(Random& random, std::string id, Effect action) {
  policy::Rule rule;
  rule.id = std::move(id);
  rule.action = action;
  rule.reason = "because of " + rule.id;
  rule.show_rule = random.percent(30);
  if (random.percent(90)) rule.when = some_condition(random, 3, action != Effect::allow);
  rule.shadow = random.percent(8);
  if (random.percent(8))
    rule.expires =
        std::chrono::sys_days(std::chrono::year(2026) / 11 / 16) + std::chrono::hours(random.below(200));
  return rule;
}

// What stands around the rules: in some of the policies, one or a few of each.
void add_around(Random& random, policy::Options& options) {
  static const Words plans = {"default", "large", "two"}, groups = {"lead", "security", "legal"};
  const auto some = [&] { return random.percent(66) ? 0 : 1 + random.below(2); };
  for (std::size_t n = random.percent(85) ? 0 : 1; n > 0; --n) {
    auto rule = some_rule(random, fmt::format("x{}", n), Effect::deny);
    if (rule.when) options.auto_reject.push_back(std::move(rule));
  }
  for (std::size_t n = some(); n > 0; --n)
    options.auto_approve.push_back(some_rule(random, fmt::format("a{}", n), Effect::allow));
  for (std::size_t n = 2 * some(); n > 0; --n) {
    options.routes.push_back({some_condition(random, 1, true), random.of(plans), {}});
    if (random.percent(5)) options.routes.back().when.reset();
  }
  for (std::size_t n = 2 * some(); n > 0; --n) {
    const int people = 1 + static_cast<int>(random.below(4));
    options.multi_approval.push_back(
        {some_condition(random, 1, true), people, {random.of(groups), random.of(groups)}, {}});
  }
}

}  // namespace

policy::Options some_policy(Random& random) {
  static const Words plans = {"", "", "large", "two"};
  policy::Options options;
  options.default_effect = static_cast<Effect>(random.below(3));
  const std::size_t rules = 1 + random.below(6);
  for (std::size_t i = 0; i < rules; ++i) {
    policy::Rule rule = some_rule(random, fmt::format("r{}", i), static_cast<Effect>(random.below(3)));
    rule.tool = random.percent(25) ? "*" : random.of(tool_patterns());
    if (rule.action == Effect::escalate) rule.plan = random.of(plans);
    if (rule.action != Effect::deny && random.percent(20)) rule.add_labels = {random.of(labels())};
    options.rules.push_back(std::move(rule));
  }
  add_around(random, options);
  options.env = {{"STAGE", random.of(facts_of("env.STAGE"))}, {"REGION", random.of(facts_of("env.REGION"))}};
  options.directory.trust_tiers = {{tier_names().at(0), 2}, {tier_names().at(1), 5}};
  if (random.percent(40)) {
    for (auto& row : options.risk) {
      for (RiskLevel& level : row)
        level = static_cast<RiskLevel>(random.below(4));
    }
  }
  return options;
}

}  // namespace holdfast::reference
