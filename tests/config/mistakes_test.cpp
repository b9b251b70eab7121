// Every mistake a configuration can hold, with the place and the words its author sees.
#include <gmock/gmock.h>

#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;

TEST(Mistakes, Top) {
  const Row rows[] = {
      {"versoin: 2", "3:1: unknown key `versoin`\n    hint: did you mean `version`?"},
      {"auto_reject: [{reason: no}]",
       "3:15: `auto_reject[0]` needs `condition`\n    hint: such as {trust_tier: 1, operation: "
       "DATABASE_READ}"},
      {"auto_approve: [{condition: {}}]",
       "3:28: `auto_approve[0].condition` must be a map of conditions, not empty\n    hint: such as "
       "{args.amount: {gt: 100}}; leave `when` out to match every call"},
      {"multi_approval: [{condition: {risk_level: high}, required_approvers: 0}]",
       "3:70: `multi_approval[0].required_approvers` must be a whole number from 1 to 32, not `0`"},
      {"multi_approval: [{condition: {risk_level: high}, must_include: [ghosts]}]",
       "3:18: `multi_approval` asks the group `ghosts`, and no approver is in it"},
      {"approvals: {routes: [{when: {trust_tier: 3}, plan: led}], plans: {lead: {from: [x]}}}",
       "3:22: a route escalates, and there is no plan named `led`\n    hint: did you mean `lead`?"},
      {"trust_tiers: {known: 6}",
       "3:22: the trust tier `known` must be a number from 1 to 5\n    hint: 1 is the most trusted"},
      {"trust_tiers: {'2': 1}",
       "3:15: `2` is no name for a trust tier\n    hint: numbers are the tiers themselves"},
      {"risk: {low: [low, low]}",
       "3:13: `risk.low` must be five risk levels, of the trust tiers 1 to 5\n    hint: such as [low, low, "
       "medium, high, critical]"},
      {"zebra: 1", "3:1: unknown key `zebra`"},
      {"loops: many", "3:8: `loops` must be a whole number from 0 to 256, not `many`"},
      {"loops: 1.0", "3:8: `loops` must be a whole number from 0 to 256, not `1.0`"},
      {"loops: '1'",
       "3:8: `loops` must be a whole number from 0 to 256, not `1`\n    hint: write it without quotes"},
      {"rules: [{id: a, action: allow, limit: {sum: args.a, max: '1000', per: 1h, by: agent}}]",
       "3:58: `rules[0].limit.max` must be a number that is not negative, not `1000`\n    hint: write it "
       "without quotes, such as `max: 1000`"},
      {"loops: -1", "3:8: `loops` must be a whole number from 0 to 256, not `-1`"},
      {"loops: [1]", "3:8: `loops` must be a single value"},
      {"default: alow",
       "3:10: `default` must be one of allow, escalate, deny, not `alow`\n    hint: did you mean `allow`?"},
      {"default:", "3:1: `default` has no value\n    hint: give it one, or leave the key out"},
      {"rules: null", "3:8: `rules` has no value\n    hint: give it one, or leave the key out"},
      {"rules: {}", "3:8: `rules` must be a list, not a map\n    hint: begin each entry with `- `"},
      {"rules: [deny]", "3:9: `rules[0]` must be a map, not a single value"},
      {"hold: 5s", "3:7: `hold` must be a map, not a single value"},
      {"hold: {wait: 50}",
       "3:14: `hold.wait` must be a duration from 0s to 8760h, not `50`\n    hint: durations are written "
       "50s, 15m, 1h30m, 2ms"},
      {"hold: {wait: 400s}", "3:14: `hold.wait` is longer than `hold.max_wait`\n    hint: max_wait is 5m"},
      {"limits: {body: 1MB}",
       "3:16: `limits.body` must be a size from 1 to 1GiB, not `1MB`\n    hint: sizes are written 100, "
       "32KiB, 1MiB"},
      {"limits: {body: 0}",
       "3:16: `limits.body` must be a size from 1 to 1GiB, not `0`\n    hint: sizes are written 100, 32KiB, "
       "1MiB"},
      {"receipts: {mode: fast}", "3:18: `receipts.mode` must be one of batched, strict, not `fast`"},
      {"receipts: {public: true}",
       "3:12: unknown key `public` in `receipts`\n    hint: this version of Holdfast has no `public` here"},
      {"receipts: {origin: a b}",
       "3:20: `receipts.origin` must be a short name of visible ASCII characters without `+`, not `a b`\n"
       "    hint: such as receipts.example.com/prod"},
      {"digest: {ignore_headers: ['a b']}",
       "3:26: `digest.ignore_headers` holds something that is no header's name"},
      {"digest: {ignore_headers: x-a}",
       "3:26: `digest.ignore_headers` must be a list of strings, not a single value\n    hint: write "
       "[x-a]"},
      {"digest: {ignore_headers: {a: 1}}",
       "3:26: `digest.ignore_headers` must be a list of strings, not a map\n    hint: write [one, two]"},
      {"rules: [{action: allow, add_labels: pii}]",
       "3:37: `rules[0].add_labels` must be a list of strings, not a single value\n    hint: write [pii]"},
      {"labels: {ttl: 2d}",
       "3:15: `labels.ttl` must be a duration from 1s to 8760h, not `2d`\n    hint: there is no unit for "
       "days: "
       "write 48h"},
      {"digest: {ignore_headers: [a, a]}", "3:30: `a` stands twice in `digest.ignore_headers`"},
      {"mcp: {deny_as: reslt}",
       "3:16: `mcp.deny_as` must be one of result, error, not `reslt`\n    hint: did you mean `result`?"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, WhatIsRequired) {
  EXPECT_THAT(problems_of("upstreams: []\n"),
              ElementsAre("a.yaml:1:1: `version` is missing\n    hint: write version: 1",
                          "a.yaml:1:1: `data_dir` is missing\n    hint: such as data_dir: ./data"));
  EXPECT_THAT(problems_of("version: 2\ndata_dir: d\nupstreams: []\n"),
              ElementsAre("a.yaml:1:10: `version` must be 1, not `2`"));
}

TEST(Mistakes, EveryMistakeIsReportedAtOnce) {
  EXPECT_THAT(problems_of("version: 1\ndata_dir: d\nupstreams: []\nloops: x\nrules:\n  - {tool: a.b, actoin: "
                          "deny}\nmcp: 3\n"),
              ElementsAre("a.yaml:4:8: `loops` must be a whole number from 0 to 256, not `x`",
                          "a.yaml:6:5: `rules[0]` needs `action`\n    hint: allow, deny or escalate",
                          "a.yaml:6:17: unknown key `actoin` in `rules[0]`\n    hint: did you mean `action`?",
                          "a.yaml:7:6: `mcp` must be a map, not a single value"));
}

TEST(Mistakes, WhatIsNotIndentedUnderItsKeyIsTold) {
  EXPECT_THAT(
      problems_of("version: 1\ndata_dir: d\nupstreams: []\nrules:\n  - tool: a.b\n    when:\n    "
                  "args.amount: {gt: 1}\n"
                  "    args.currency: USD\n    action: deny\n    zebra: 1\n"),
      ElementsAre("a.yaml:6:5: `rules[0].when` has no value\n    hint: give it one, or leave the key out",
                  "a.yaml:7:5: unknown key `args.amount` in `rules[0]`\n    hint: indent it under `when`",
                  "a.yaml:8:5: unknown key `args.currency` in `rules[0]`\n    hint: indent it under `when`",
                  "a.yaml:10:5: unknown key `zebra` in `rules[0]`"));
}

TEST(Mistakes, Planes) {
  const Row rows[] = {
      {"agent_plane: {listen: '8080'}",
       "3:23: `agent_plane.listen` must be host:port: it has no port\n    hint: such as 127.0.0.1:8080"},
      {"agent_plane: {listen: ':8080'}",
       "3:23: `agent_plane.listen` must be host:port: it has no host\n    hint: such as 127.0.0.1:8080"},
      {"agent_plane: {listen: '::1:8080'}",
       "3:23: `agent_plane.listen` must be host:port: an IPv6 address stands in brackets, such as "
       "[::1]:8080\n"
       "    hint: such as 127.0.0.1:8080"},
      {"agent_plane: {listen: '1.2.3.4:99999'}",
       "3:23: `agent_plane.listen` must be host:port: its port must be a number from 0 to 65535\n"
       "    hint: such as 127.0.0.1:8080"},
      {"agent_plane: {listen: 'a b:80'}",
       "3:23: `agent_plane.listen` must be host:port: its host is neither an address nor a name\n"
       "    hint: such as 127.0.0.1:8080"},
      {"agent_plane: {origins: ['https://a.example/x']}",
       "3:24: `agent_plane.origins` holds something that is not an origin\n    hint: such as "
       "https://app.example.com"},
      {"control_plane: {listen: 0.0.0.0:8081}",
       "3:25: `control_plane.listen` is not a loopback address, and without TLS tokens would cross the "
       "network "
       "in the clear\n"
       "    hint: add control_plane.tls: {cert: ..., key: ...}, or keep to loopback behind a proxy that "
       "speaks "
       "TLS; `insecure: true` takes the risk"},
      {"control_plane: {listen: 127.0.0.1:8080}",
       "3:16: the agent plane and the control plane both listen on port 8080\n    hint: give each plane a "
       "port of its own"},
      {"control_plane: {url: holdfast.example.com}",
       "3:22: `control_plane.url` is not a URL we can use: it is not an absolute URL"},
      {"control_plane: {url: 'ftp://h'}",
       "3:22: `control_plane.url` is not a URL we can use: its scheme is neither http nor https"},
      {"control_plane: {url: 'https://h#x'}",
       "3:22: `control_plane.url` is not a URL we can use: it has a fragment"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, Agents) {
  const Row rows[] = {
      {"agents: [{trust_tier: 1}]", "3:10: `agents[0]` needs `id`"},
      {"agents: [{id: 7}]", "3:15: `agents[0].id` must be a string, not `7`\n    hint: quote it: \"7\""},
      {"agents: [{id: 'a b'}]",
       "3:15: `agents[0].id` may hold only visible ASCII characters without quotes, slash and backslash"},
      {"agents: [{id: anonymous}]", "3:15: `anonymous` is the name of callers that are not identified"},
      {"agents: [{id: a, trust_tier: 6}]",
       "3:30: `agents[0].trust_tier` must be a whole number from 1 to 5, not `6`"},
      {"agents: [{id: a, labels: {team: 7}}]",
       "3:33: the label `team` must be a string\n    hint: quote it: \"7\""},
      {"agents: [{id: a, uid: x}]",
       "3:18: unknown key `uid` in `agents[0]`\n    hint: this version of Holdfast has no `uid` here"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, ACredentialThatCannotBeReadIsNotMissingToo) {
  for (const char* token : {"'${HF_NOT_SET}'", "''", "'file:nowhere'", "[a]"})
    EXPECT_EQ(
        problems_of(std::string("version: 1\ndata_dir: d\nupstreams: []\nagents: [{id: a, token: ") + token +
                    "}, {id: b, mtls: CN=b}]\nagent_plane: {tls: {cert: c, key: k, client_ca: a}}\n")
            .size(),
        1U)
        << token;
}

TEST(Mistakes, Credentials) {
  const Environment environment(
      {{"HF_ONE", "one-one-one-one-one"}, {"HF_SHORT", "short"}, {"HF_ODD", "a token with spaces"}});
  const Row rows[] = {
      {"agents: [{id: a, token: '${HF_ONE}'}, {id: b}]",
       "3:39: the agent `b` needs a token, as there are several agents\n    hint: or an `mtls`, or a "
       "`listener`"},
      {"agents: [{id: a, token: '${HF_SHORT}'}]",
       "3:10: the token of agent `a` is shorter than 16 characters\n    hint: make one with: openssl rand "
       "-hex 24"},
      {"agents: [{id: a, token: '${HF_ODD}'}]",
       "3:10: the token of agent `a` must be visible ASCII characters"},
      {"agents: [{id: a, token: '${HF_ONE}'}, {id: b, token: '${HF_ONE}'}]",
       "3:39: the agents `a` and `b` have the same token"},
      {"agents: [{id: a, token: '${HF_ONE}', mtls: CN=a}]",
       "3:10: the agent `a` has several of `token`, `mtls` and `listener`\n    hint: an agent is known by "
       "one "
       "of them"},
      {"agents: [{id: a, mtls: CN=a}]",
       "3:10: the agent `a` is known by its certificate, and no listener asks for one\n    hint: add "
       "agent_plane.tls: {cert: ..., key: ..., client_ca: ...}"},
      {"agents: [{id: a, listener: x}]",
       "3:10: the agent `a` is known by the listener `x`, and there is none of that name\n    hint: add it "
       "under agent_plane.listeners"},
      {"agents: [{id: a, listener: x}, {id: b, listener: x}]\nagent_plane: {listeners: [{name: x, listen: "
       "'127.0.0.1:9'}]}",
       "3:32: the agents `a` and `b` have the same `listener`"},
      {"agents: [{id: a}, {id: a, token: '${HF_ONE}'}]",
       "3:10: the agent `a` needs a token, as there are several agents\n    hint: or an `mtls`, or a "
       "`listener`"},
      {"agents: [{id: a, token: '${HF_ONE}'}]\napprovers: [{id: x, groups: [g], token: '${HF_ONE}'}]",
       "3:10: the token of agent `a` is also a credential of approver `x`\n    hint: an agent could approve "
       "its own calls with it"},
      {"agents: [{id: a, token: '${HF_ONE}'}]\n"
       "approvers: [{id: x, webhook: {url: http://h, secret: '${HF_ONE}'}}]",
       "3:10: the token of agent `a` is also a credential of approver `x`\n    hint: an agent could approve "
       "its own calls with it"},
      {"approvers: [{id: x, token: '${HF_ODD}'}]",
       "3:13: the token of approver `x` must be visible ASCII characters"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, Rules) {
  const std::string long_reason =
      "rules: [{tool: a.b, action: deny, reason: " + std::string(1025, 'x') + "}]";
  const Row rows[] = {
      {"rules: [{tool: a.b}]", "3:9: `rules[0]` needs `action`\n    hint: allow, deny or escalate"},
      {"rules: [{tool: a.b, action: ask}]",
       "3:29: `rules[0].action` must be one of allow, escalate, deny, not `ask`"},
      {"rules: [{tool: [a.b], action: deny}]",
       "3:16: `rules[0].tool` must be a single value\n    hint: write a rule for each, or one "
       "name with a `*`"},
      {"rules: [{tool: a.b, action: deny, plan: p}]",
       "3:41: `rules[0].plan` is given, and the rule does not escalate"},
      {"rules: [{id: default, action: deny}]",
       "3:14: `rules[0].id` is the name of what decides when no rule does"},
      {"rules: [{id: 'rules[1]', action: deny}]",
       "3:14: `rules[0].id` is how a rule without an id is called"},
      {"rules: [{id: x, action: deny}, {id: x, action: deny}]",
       "3:37: the rule id `x` stands twice\n    hint: the first is at a.yaml:3:9"},
      {long_reason.c_str(), "3:43: `rules[0].reason` is longer than 1024 bytes"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, Approvals) {
  const Environment environment({{"HF_S", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
  const Row rows[] = {
      {"approvers: [{groups: [a]}]", "3:13: `approvers[0]` needs `id`"},
      {"approvers: [{id: a, webhook: {secret: '${HF_S}'}}]", "3:30: `approvers[0].webhook` needs `url`"},
      {"approvers: [{id: a, webhook: {url: http://h}}]",
       "3:30: `approvers[0].webhook` needs one of `secret` and `secrets`\n"
       "    hint: `secrets` is a list: the first signs, each verifies"},
      {"approvers: [{id: a, webhook: {url: http://h, secret: '${HF_S}', secrets: ['${HF_S}']}}]",
       "3:30: `approvers[0].webhook` needs one of `secret` and `secrets`\n"
       "    hint: `secrets` is a list: the first signs, each verifies"},
      {"approvers: [{id: a, email: x}]",
       "3:21: unknown key `email` in `approvers[0]`\n    hint: this version of Holdfast has no `email` here"},
      {"approvals: {timeout: 999ms}",
       "3:22: `approvals.timeout` must be a duration from 1s to 8760h, not `999ms`\n"
       "    hint: durations are written 50s, 15m, 1h30m, 2ms"},
      {"approvals: {flood: {pending_per_agent: 0}}",
       "3:40: `approvals.flood.pending_per_agent` must be a whole number from 1 to 100000, not `0`"},
      {"approvals: {plans: {p: {require: 1}}}",
       "3:21: `approvals.plans.p` needs `from`\n    hint: the groups that may vote"},
      {"approvals: {plans: {p: {from: []}}}", "3:31: `approvals.plans.p.from` names no group"},
      {"approvals: {plans: {p: {require: 0, from: [g]}}}\napprovers: [{id: a, groups: [g]}]",
       "3:34: `approvals.plans.p.require` must be a whole number from 1 to 32, not `0`"},
      {"approvers: [{id: a, groups: [lead]}]\napprovals: {plans: {p: {from: [laed]}}}",
       "4:21: the plan `p` asks the group `laed`, and no approver is in it\n    hint: did you mean `lead`?"},
      {"approvals: {plans: {p: {from: [g], must_include: [h]}}}\napprovers: [{id: a, groups: [g]}]",
       "3:21: the plan `p` asks the group `h`, and no approver is in it\n    hint: did you mean `g`?"},
      {"approvals: {plans: {p: {from: [g], min_level: 1}}}\napprovers: [{id: a, groups: [g]}]",
       "3:36: unknown key `min_level` in `approvals.plans.p`\n"
       "    hint: this version of Holdfast has no `min_level` here"},
      {"default: escalate",
       "3:10: `default` escalates, and there is no plan named `default`\n"
       "    hint: add approvals.plans.default: {require: 1, from: [GROUP]}"},
      {"rules: [{tool: a.b, action: escalate}]",
       "3:9: the rule `rules[0]` escalates, and there is no plan named `default`\n"
       "    hint: add approvals.plans.default: {require: 1, from: [GROUP]}"},
      {"rules: [{id: r, tool: a.b, action: escalate, plan: leed}]\n"
       "approvers: [{id: a, groups: [g]}]\napprovals: {plans: {lead: {from: [g]}}}",
       "3:52: the rule `r` escalates, and there is no plan named `leed`\n    hint: did you mean `lead`?"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

}  // namespace
}  // namespace holdfast::config
