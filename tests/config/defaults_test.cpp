#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Load, TheSmallestConfigurationMeansWhatItSays) {
  const Environment environment(alices());
  Folder folder;
  const Loaded loaded = load(folder.write("holdfast.yaml", kSmallest));
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  const Config& config = *loaded.config;

  EXPECT_EQ(config.receipts.data_dir, folder.root() / "data");
  EXPECT_EQ(config.proxy.host + ":" + config.proxy.port, "127.0.0.1:8080");
  EXPECT_EQ(config.control.host + ":" + config.control.port, "127.0.0.1:8081");
  EXPECT_EQ(config.control.url, "http://127.0.0.1:8081");
  EXPECT_EQ(config.approvals.control_url, "http://127.0.0.1:8081");

  ASSERT_EQ(config.proxy.upstreams.size(), 1U);
  const proxy::Upstream& upstream = config.proxy.upstreams[0];
  EXPECT_EQ(upstream.name, "payment");
  EXPECT_EQ(upstream.protocol, Protocol::http);
  EXPECT_FALSE(upstream.tls);
  EXPECT_EQ(upstream.host, "127.0.0.1");
  EXPECT_EQ(upstream.port, "9001");
  EXPECT_EQ(upstream.base_path, "");
  EXPECT_EQ(upstream.authority, "127.0.0.1:9001");
  EXPECT_EQ(upstream.path, "/payment/");
  ASSERT_EQ(upstream.tools.size(), 1U);
  EXPECT_EQ(upstream.tools[0].name, "send");
  EXPECT_EQ(upstream.tools[0].method, "POST");
  EXPECT_EQ(upstream.tools[0].path, "/v1/send");

  ASSERT_EQ(config.approvals.approvers.size(), 1U);
  const approvals::Approver& alice = config.approvals.approvers[0];
  EXPECT_EQ(alice.id, "alice");
  EXPECT_THAT(alice.groups, ElementsAre("lead"));
  EXPECT_TRUE(alice.token.equals("alice-token-0123456789"));
  EXPECT_EQ(alice.webhook->url, "http://127.0.0.1:9009/hook");
  ASSERT_EQ(alice.webhook->secrets.size(), 1U);
  EXPECT_TRUE(alice.webhook->secrets[0].equals("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

  EXPECT_EQ(config.approvals.timeout, std::chrono::hours(1));
  const approvals::Plan& plan = config.approvals.plans.at("default");
  EXPECT_EQ(plan.require, 1);
  EXPECT_THAT(plan.from, ElementsAre("lead"));
  EXPECT_EQ(plan.timeout, std::nullopt);
}

TEST(Load, TheSmallestConfigurationsRulesAreItsPolicy) {
  const Environment environment(alices());
  Folder folder;
  const Loaded loaded = load(folder.write("holdfast.yaml", kSmallest));
  ASSERT_TRUE(loaded.config);
  const policy::Options& policy = loaded.config->policy;
  EXPECT_EQ(policy.default_effect, Effect::deny);
  EXPECT_THAT(policy.directory.tool_names(), ElementsAre("payment.send"));
  ASSERT_EQ(policy.rules.size(), 2U);
  EXPECT_EQ(policy.rules[0].id, "rules[0]");
  EXPECT_EQ(policy.rules[0].tool, "payment.send");
  EXPECT_EQ(policy.rules[0].action, Effect::escalate);
  EXPECT_EQ(policy.rules[0].reason, "Payments over $100 require approval");
  ASSERT_TRUE(policy.rules[0].when);
  EXPECT_EQ(policy.rules[0].when->test.field, "args.amount");
  EXPECT_EQ(policy.rules[1].id, "rules[1]");
  EXPECT_EQ(policy.rules[1].action, Effect::allow);
  EXPECT_FALSE(policy.rules[1].when);
}

TEST(Load, TheFilesAreKeptAsTheyStand) {
  const Environment environment(alices());
  Folder folder;
  const Loaded loaded = load(folder.write("holdfast.yaml", kSmallest));
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->files.size(), 1U);
  EXPECT_EQ(loaded.config->files[0].name, "holdfast.yaml");
  EXPECT_EQ(loaded.config->files[0].text, kSmallest);
}

TEST(Load, EveryKeyThatIsLeftOutHasItsDefault) {
  Folder folder;
  const Loaded loaded = load(folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: []\n"));
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  const Config& config = *loaded.config;
  EXPECT_EQ(config.proxy.host + ":" + config.proxy.port, "127.0.0.1:8080");
  EXPECT_EQ(config.control.url, "http://127.0.0.1:8081");
  EXPECT_TRUE(config.control.public_metrics);
  EXPECT_EQ(config.policy.default_effect, Effect::deny);
  EXPECT_EQ(config.proxy.hold.wait, milliseconds(50'000));
  EXPECT_EQ(config.proxy.hold.max_wait, milliseconds(300'000));
  EXPECT_EQ(config.approvals.redeem_ttl, milliseconds(900'000));
  EXPECT_EQ(config.approvals.result_ttl, milliseconds(900'000));
  EXPECT_EQ(config.approvals.result_max, 1048576U);
  EXPECT_EQ(config.approvals.timeout, std::chrono::hours(24));
  EXPECT_EQ(config.approvals.cooldown, std::chrono::minutes(15));
  EXPECT_EQ(config.approvals.pending_per_agent, 20);
  EXPECT_THAT(config.approvals.allow_private_webhooks, IsEmpty());
  EXPECT_EQ(config.proxy.limits.body, 1048576U);
  EXPECT_EQ(config.proxy.limits.headers, 100U);
  EXPECT_EQ(config.proxy.limits.header_bytes, 32768U);
  EXPECT_EQ(config.proxy.limits.header_time, milliseconds(10'000));
  EXPECT_EQ(config.proxy.limits.idle, milliseconds(75'000));
  EXPECT_EQ(config.proxy.limits.body_idle, milliseconds(30'000));
  EXPECT_EQ(config.proxy.limits.write_idle, milliseconds(30'000));
  EXPECT_EQ(config.proxy.limits.connections, 10000U);
  EXPECT_EQ(config.proxy.limits.reply, 4U << 20U);
  EXPECT_EQ(config.proxy.limits.depth, 64U);
  EXPECT_EQ(config.proxy.limits.tool_name, 128U);
  EXPECT_EQ(config.approvals.result_total, std::size_t{64} << 20U);
  EXPECT_EQ(config.receipts.mode, receipts::Mode::batched);
  EXPECT_EQ(config.receipts.origin, "");
  EXPECT_FALSE(config.receipts.is_public);
  EXPECT_EQ(config.receipts.batch, 1024);
  EXPECT_EQ(config.receipts.delay, std::chrono::milliseconds(10));
  EXPECT_THAT(config.proxy.ignore_headers, IsEmpty());
  EXPECT_FALSE(config.proxy.mcp_deny_as_error);
  EXPECT_EQ(config.proxy.loops, 0);
  EXPECT_THAT(config.proxy.agents, IsEmpty());
}

TEST(Load, AnUpstreamSaysHowItIsReached) {
  Folder folder;
  folder.write("ca.pem", "");
  const Loaded loaded = load(folder.write("a.yaml", R"(version: 1
data_dir: d
upstreams:
  - name: crm
    protocol: http
    url: HTTPS://CRM.internal/base/
    path: /crm/
    tls: {ca: ca.pem}
    connect: 1s
    read: 1m30s
    routes: loose
    preserve_host: true
    encoded_slash: keep
    method_in_body: keep
    tools:
      - name: refund.create
        match: POST /v1/customers/{customer_id}/refunds
        args: {customer: path.customer_id, amount: body.total.amount, dry: query.dry-run}
        operation: FINANCIAL
        sensitivity: high
        body: form
  - {name: mail, protocol: mcp, url: "http://[::1]:9001/mcp/", path: /mcp/mail, tools: [{name: send/now, sensitivity: low}]}
)"));
  ASSERT_THAT(folder.texts(loaded.problems), IsEmpty());
  const proxy::Upstream& crm = loaded.config->proxy.upstreams[0];
  EXPECT_TRUE(crm.tls);
  EXPECT_EQ(crm.host, "crm.internal");
  EXPECT_EQ(crm.port, "443");
  EXPECT_EQ(crm.authority, "crm.internal");
  EXPECT_EQ(crm.base_path, "/base");
  EXPECT_EQ(crm.ca_file, (folder.root() / "ca.pem").string());
  EXPECT_EQ(crm.connect, milliseconds(1000));
  EXPECT_EQ(crm.read, milliseconds(90'000));
  EXPECT_TRUE(crm.loose_routes && crm.preserve_host && crm.keep_encoded_slash && crm.keep_method_in_body);
  EXPECT_EQ(crm.tools[0].path, "/v1/customers/{customer_id}/refunds");
  EXPECT_THAT(crm.tools[0].args,
              ElementsAre(std::pair("customer", "path.customer_id"), std::pair("amount", "body.total.amount"),
                          std::pair("dry", "query.dry-run")));
  EXPECT_EQ(crm.tools[0].operation + crm.tools[0].sensitivity, "FINANCIALhigh");
  EXPECT_TRUE(crm.tools[0].form_body);
  const proxy::Upstream& mail = loaded.config->proxy.upstreams[1];
  EXPECT_EQ(mail.protocol, Protocol::mcp);
  EXPECT_EQ(mail.host, "::1");
  EXPECT_EQ(mail.authority, "[::1]:9001");
  EXPECT_EQ(mail.base_path, "/mcp/");
  EXPECT_EQ(mail.tools[0].name, "send/now");
  EXPECT_EQ(mail.tools[0].operation + mail.tools[0].sensitivity, "nonelow");
}

}  // namespace
}  // namespace holdfast::config
