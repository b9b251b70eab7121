// `limit` and `add_labels` of a rule.
#include <gmock/gmock.h>

#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

policy::Rule first_rule(const std::string& rule) {
  Folder folder;
  const std::string text = "version: 1\ndata_dir: d\nupstreams: []\nrules: [" + rule +
                           "]\napprovers: [{id: a, groups: [g], token: a-token-0123456789}]\n"
                           "approvals: {plans: {default: {from: [g]}, boss: {from: [g]}}}\n";
  const Loaded loaded = load(folder.write("a.yaml", text));
  EXPECT_TRUE(loaded.config) << ::testing::PrintToString(folder.texts(loaded.problems));
  return loaded.config ? loaded.config->policy.rules.at(0) : policy::Rule{};
}

TEST(LimitOfARule, OfCalls) {
  const auto rule = first_rule("{id: r, action: allow, limit: {calls: 10, per: 1h, by: tool}}");
  ASSERT_TRUE(rule.limit);
  EXPECT_EQ(rule.limit->sum, "");
  EXPECT_EQ(rule.limit->max, "10");
  EXPECT_EQ(rule.limit->per, std::chrono::hours(1));
  EXPECT_EQ(rule.limit->by, policy::Limit::By::tool);
  EXPECT_EQ(rule.limit->over, Effect::deny);
}

TEST(LimitOfARule, OfASum) {
  const auto rule = first_rule(
      "{id: r, action: allow, plan: boss, "
      "limit: {sum: args.amount, max: 999.95, per: 24h, by: global, over: escalate}}");
  ASSERT_TRUE(rule.limit);
  EXPECT_EQ(rule.limit->sum, "args.amount");
  EXPECT_EQ(rule.limit->max, "999.95");
  EXPECT_EQ(rule.limit->by, policy::Limit::By::global);
  EXPECT_EQ(rule.limit->over, Effect::escalate);
  EXPECT_EQ(rule.plan, "boss") << "of what is escalated for want of room";
}

TEST(LimitOfARule, IsNoneWhenItIsNotThere) {
  EXPECT_FALSE(first_rule("{action: allow}").limit);
}

TEST(LimitOfARule, Mistakes) {
  const Row rows[] = {
      {"rules: [{id: r, action: allow, limit: {per: 1h, by: agent}}]",
       "3:39: `rules[0].limit` needs one of `calls` and `sum`\n    hint: such as {calls: 10, per: 1h, by: "
       "agent}"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, sum: args.x, max: 1, per: 1h, by: agent}}]",
       "3:39: `rules[0].limit` needs one of `calls` and `sum`\n    hint: such as {calls: 10, per: 1h, by: "
       "agent}"},
      {"rules: [{id: r, action: allow, limit: {sum: args.x, per: 1h, by: agent}}]",
       "3:39: `rules[0].limit` needs `max` with `sum`\n    hint: such as {sum: args.amount, max: 1000, per: "
       "24h, "
       "by: agent}"},
      {"rules: [{id: r, action: allow, limit: {calls: 0, per: 1h, by: agent}}]",
       "3:47: `rules[0].limit.calls` must be a whole number from 1 to 100000, not `0`"},
      {"rules: [{id: r, action: allow, limit: {sum: args.x, max: -1, per: 1h, by: agent}}]",
       "3:58: `rules[0].limit.max` must be a number that is not negative, not `-1`\n    hint: such as `max: "
       "1000`"},
      {"rules: [{id: r, action: allow, limit: {sum: args.x, max: lots, per: 1h, by: agent}}]",
       "3:58: `rules[0].limit.max` must be a number that is not negative, not `lots`\n    hint: such as "
       "`max: 1000`"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, by: agent}}]",
       "3:39: `rules[0].limit` needs `per`\n    hint: such as 1h"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, per: 1h}}]",
       "3:39: `rules[0].limit` needs `by`\n    hint: agent, tool or global"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, per: 1h, by: session}}]",
       "3:63: `rules[0].limit.by` must be one of agent, tool, global, not `session`"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, per: 1h, by: agent, over: allow}}]",
       "3:76: `rules[0].limit.over` must be one of deny, escalate, not `allow`"},
      {"rules: [{id: r, action: deny, limit: {calls: 1, per: 1h, by: agent}}]",
       "3:38: `rules[0].limit` is given, and the rule denies\n    hint: a limit is of what a rule lets "
       "through"},
      {"rules: [{id: r, action: escalate, limit: {calls: 1, per: 1h, by: agent, over: escalate}}]\n"
       "approvers: [{id: a, groups: [g], token: a-token-0123456789}]\n"
       "approvals: {plans: {default: {from: [g]}}}",
       "3:79: `rules[0].limit.over` is escalate, and the rule escalates anyway\n    hint: leave it out, and "
       "calls "
       "over the limit are denied"},
      {"rules: [{id: r, action: allow, limit: {calls: 1, per: 1h, by: agent, over: escalate}}]",
       "3:9: the rule `r` escalates, and there is no plan named `default`\n    hint: add "
       "approvals.plans.default: {require: 1, from: [GROUP]}"},
      {"rules: [{action: allow, limit: {calls: 1, per: 1h, by: agent}}]",
       "3:9: warning: `rules[0]` has a limit and no `id`\n    hint: what was spent is kept under the rule's "
       "id: "
       "without one, it is lost when a rule is put before it"},
  };
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(LabelsOfARule, AreRead) {
  EXPECT_EQ(first_rule("{action: allow, add_labels: [private_data, pii]}").add_labels,
            (std::vector<std::string>{"private_data", "pii"}));
}

TEST(LabelsOfARule, StayAtLeastAsLongAsStoredAnswers) {
  const auto ttl = [](const std::string& text) {
    Folder folder;
    const Loaded loaded = load(folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\n" + text));
    return loaded.config ? loaded.config->approvals.labels_ttl : std::chrono::milliseconds();
  };
  EXPECT_EQ(ttl(""), std::chrono::hours(24));
  EXPECT_EQ(ttl("hold: {result_ttl: 48h}"), std::chrono::hours(48));
  EXPECT_EQ(ttl("labels: {ttl: 1h}"), std::chrono::hours(1));
}

TEST(LabelsOfARule, Mistakes) {
  const Row rows[] = {
      {"rules: [{action: deny, add_labels: [x]}]",
       "3:36: `rules[0].add_labels` is given, and the rule denies\n    hint: a label is of what an agent is "
       "given to read"},
      {"rules: [{action: allow, add_labels: ['a b']}]",
       "3:37: a label of `rules[0].add_labels` may hold only visible ASCII characters without quotes, slash "
       "and "
       "backslash"},
      {"labels: {ttl: 1m}",
       "3:15: `labels.ttl` is shorter than `hold.result_ttl`\n    hint: a stored answer would be read when "
       "its "
       "label has fallen off"},
  };
  for (const Row& row : rows)
    expect_first_problem(row);
}

}  // namespace
}  // namespace holdfast::config
