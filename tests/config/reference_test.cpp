// docs/reference.yaml is held against the loader: every key the loader asks for stands in it, every key in it
// is known, and the defaults it shows are the defaults.
#include <gmock/gmock.h>

#include "config/load.hpp"
#include "config/yaml.hpp"
#include "tests/config/reference.hpp"

namespace holdfast::config {
namespace {

// Adds the paths of a map's keys as the loader names them.
void add_keys(const Node& node, const std::string& pattern, std::set<std::string>& keys) {
  for (const Node& item : node.items)
    add_keys(item, pattern + "[]", keys);
  for (const Member& member : node.members) {
    const bool chosen = pattern == "approvals.plans";
    const std::string key = pattern.empty() ? member.key : pattern + "." + (chosen ? "*" : member.key);
    if (!chosen) keys.insert(key);
    const bool free = key == "agents[].labels" || key == "upstreams[].tools[].args" ||
                      key == "upstreams[].inject" || key == "rules[].when" || key == "trust_tiers" ||
                      key == "env" || key.ends_with("[].condition") || key == "approvals.routes[].when" ||
                      key == "tests[].call";
    if (!free) add_keys(member.value, key, keys);
  }
}

TEST(Reference, LoadsWithoutAProblem) {
  const Environment environment(reference_variables());
  Folder folder;
  EXPECT_THAT(folder.texts(load(write_reference(folder)).problems), testing::IsEmpty());
}

TEST(Reference, HoldsEveryKeyTheLoaderKnowsAndNoOther) {
  const Environment environment(reference_variables());
  Folder folder;
  const Asked asked = load_and_list_keys(write_reference(folder));
  Problems problems;
  const auto root = parse_yaml(reference_text(), "reference.yaml", &problems);
  ASSERT_TRUE(root);
  std::set<std::string> written;
  add_keys(*root, "", written);
  EXPECT_THAT(written, testing::ContainerEq(asked.keys));
}

TEST(Reference, ShowsTheDefaults) {
  const Environment environment(reference_variables());
  Folder folder;
  const Loaded loaded = load(write_reference(folder));
  ASSERT_TRUE(loaded.config);
  const Config& shown = *loaded.config;
  const Config plain = *load(folder.write("plain.yaml", "version: 1\ndata_dir: ./data\n")).config;
  EXPECT_EQ(shown.proxy.host + shown.proxy.port, plain.proxy.host + plain.proxy.port);
  EXPECT_EQ(shown.proxy.origins, plain.proxy.origins);
  EXPECT_EQ(shown.control.host + shown.control.port, plain.control.host + plain.control.port);
  EXPECT_EQ(shown.control.public_metrics, plain.control.public_metrics);
  EXPECT_EQ(shown.pdp.outcome_within, plain.pdp.outcome_within);
  EXPECT_EQ(shown.policy.default_effect, plain.policy.default_effect);
  EXPECT_EQ(shown.policy.risk, plain.policy.risk);
  EXPECT_EQ(shown.policy.multi_approval.at(0).required_approvers, policy::MultiApproval().required_approvers);
  EXPECT_EQ(shown.approvals.timeout, plain.approvals.timeout);
  EXPECT_EQ(shown.approvals.cooldown, plain.approvals.cooldown);
  EXPECT_EQ(shown.approvals.pending_per_agent, plain.approvals.pending_per_agent);
  EXPECT_EQ(shown.approvals.rejections_per_tool, plain.approvals.rejections_per_tool);
  EXPECT_EQ(shown.approvals.redeem_ttl, plain.approvals.redeem_ttl);
  EXPECT_EQ(shown.approvals.result_ttl, plain.approvals.result_ttl);
  EXPECT_EQ(shown.approvals.result_max, plain.approvals.result_max);
  EXPECT_EQ(shown.approvals.allow_private_webhooks, plain.approvals.allow_private_webhooks);
  EXPECT_EQ(shown.proxy.hold.wait, plain.proxy.hold.wait);
  EXPECT_EQ(shown.proxy.hold.max_wait, plain.proxy.hold.max_wait);
  EXPECT_EQ(shown.proxy.limits.body, plain.proxy.limits.body);
  EXPECT_EQ(shown.proxy.limits.headers, plain.proxy.limits.headers);
  EXPECT_EQ(shown.proxy.limits.header_bytes, plain.proxy.limits.header_bytes);
  EXPECT_EQ(shown.proxy.limits.header_time, plain.proxy.limits.header_time);
  EXPECT_EQ(shown.proxy.limits.idle, plain.proxy.limits.idle);
  EXPECT_EQ(shown.proxy.limits.body_idle, plain.proxy.limits.body_idle);
  EXPECT_EQ(shown.proxy.limits.write_idle, plain.proxy.limits.write_idle);
  EXPECT_EQ(shown.proxy.limits.connections, plain.proxy.limits.connections);
  EXPECT_EQ(shown.proxy.limits.reply, plain.proxy.limits.reply);
  EXPECT_EQ(shown.proxy.limits.depth, plain.proxy.limits.depth);
  EXPECT_EQ(shown.receipts.mode, plain.receipts.mode);
  EXPECT_EQ(shown.receipts.origin, plain.receipts.origin);
  EXPECT_EQ(shown.receipts.batch, plain.receipts.batch);
  EXPECT_EQ(shown.receipts.delay, plain.receipts.delay);
  EXPECT_EQ(shown.proxy.ignore_headers, plain.proxy.ignore_headers);
  EXPECT_EQ(shown.proxy.mcp_deny_as_error, plain.proxy.mcp_deny_as_error);
  EXPECT_EQ(shown.proxy.loops, plain.proxy.loops);
  // Of what stands in lists, the first upstream, tool, agent and plan show theirs.
  const proxy::Upstream& upstream = shown.proxy.upstreams.at(0);
  EXPECT_EQ(upstream.connect, proxy::Upstream().connect);
  EXPECT_EQ(upstream.read, proxy::Upstream().read);
  EXPECT_FALSE(upstream.loose_routes || upstream.preserve_host || upstream.keep_encoded_slash ||
               upstream.keep_method_in_body);
  EXPECT_EQ(upstream.tools.at(0).operation, proxy::Tool().operation);
  EXPECT_EQ(upstream.tools.at(0).sensitivity, proxy::Tool().sensitivity);
  EXPECT_EQ(upstream.tools.at(0).form_body, proxy::Tool().form_body);
  EXPECT_EQ(shown.proxy.agents.at(0).agent.trust_tier, Agent().trust_tier);
  EXPECT_EQ(shown.policy.rules.at(0).show_rule, policy::Rule().show_rule);
  EXPECT_EQ(shown.approvals.plans.at("default").require, approvals::Plan().require);
}

}  // namespace
}  // namespace holdfast::config
