// The lints as a rule author meets them: for each a policy that `holdfast check` must warn of (or refuse),
// and one beside it of which it says nothing.
#include <gmock/gmock.h>

#include "app/configuration.hpp"
#include "tests/config/folder.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;

constexpr const char* kHouse = R"(version: 1
data_dir: ./data
agents: [{id: bot, trust_tier: 2}]
upstreams:
  - name: payment
    protocol: http
    url: http://127.0.0.1:9001
    path: /payment/
    tools:
      - {name: send, match: POST /v1/send, operation: FINANCIAL}
      - {name: refund, match: "POST /v1/{customer}/refunds", args: {customer: path.customer, amount: body.amount, note: query.note}}
  - {name: crm, protocol: http, url: "http://127.0.0.1:9002", path: /crm/, openapi: crm.yaml}
  - {name: files, protocol: mcp, url: "http://127.0.0.1:9003/mcp", path: /files}
)";
constexpr const char* kPeople = R"(
approvers:
  - {id: alice, groups: [lead], token: "${ALICE_TOKEN}"}
  - {id: bob, groups: [security], token: "${BOB_TOKEN}"}
approvals: {plans: {default: {require: 1, from: [lead, security]}}}
)";
constexpr const char* kDocument = R"(openapi: 3.1.0
paths:
  /v1/contacts/{id}:
    put:
      operationId: update
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [email], properties: {id: {type: string}, email: {type: string}, mode: {type: string}}}}}
)";

struct Lint {
  const char* name;
  const char* said;
  const char* fires;
  const char* silent;
  friend void PrintTo(const Lint& lint, std::ostream* out) { *out << lint.name; }
};

class Lints : public testing::TestWithParam<Lint> {
 protected:
  std::string said_of(const std::string& policy) {
    const config::Environment environment(
        {{"ALICE_TOKEN", "alice-token-0123456789"}, {"BOB_TOKEN", "bob-token-0123456789ab"}});
    config::Folder folder;
    folder.write("crm.yaml", kDocument);
    const bool own_people = policy.find("approvers:") != std::string::npos;
    std::string out;
    const auto file = folder.write("a.yaml", kHouse + policy + (own_people ? "" : kPeople));
    for (const Problem& problem : load_and_check(file).problems)
      out += to_text(problem) + "\n";
    return out;
  }
};

TEST_P(Lints, SpeaksOfOneAndNotOfTheOther) {
  EXPECT_THAT(said_of(GetParam().fires), HasSubstr(GetParam().said));
  EXPECT_EQ(said_of(GetParam().silent), "");
}

INSTANTIATE_TEST_SUITE_P(
    Page, Lints,
    testing::Values(
        Lint{"DefaultAllow", "`default: allow` lets every call through", "default: allow",
             "default: escalate"},
        Lint{"Unreachable",
             "rule `rules[1]` is never reached: `rules[0]` decides every call of `payment.send`",
             "rules: [{tool: payment.*, action: allow}, {tool: payment.send, action: deny}]",
             "rules: [{tool: payment.send, action: deny}, {tool: payment.*, action: allow}]"},
        Lint{"Shadowed", "rule `rules[1]` is shadowed by `rules[0]`",
             "rules: [{tool: payment.refund, action: allow, when: {args.amount: {lt: 100}}},"
             " {tool: payment.refund, action: deny, when: {args.amount: {lt: 50}}}]",
             "rules: [{tool: payment.refund, action: deny, when: {args.amount: {lt: 50}}},"
             " {tool: payment.refund, action: allow, when: {args.amount: {lt: 100}}}]"},
        Lint{
            "NoTypeMeetsBoth",
            "no `args.amount` meets `args.amount gt 5` and `args.amount starts_with \"x\"`",
            "rules: [{tool: payment.refund, action: deny, when: {args.amount: {gt: 5, starts_with: x}}}]",
            "rules: [{tool: payment.refund, action: deny, when: {any: [{args.amount: {gt: 5}}, {args.amount: "
            "{starts_with: x}}]}}]"},
        Lint{"ATypeTheFieldNeverHas", "`gt` compares numbers, and this field is text",
             "rules: [{action: deny, when: {http.host: {gt: 5}}}]",
             "rules: [{action: deny, when: {agent.trust_tier: {gt: 4}}}]"},
        Lint{"ANumberWhereOnlyTextArrives", "arrives as text, whatever it says",
             "rules: [{tool: payment.refund, action: deny, when: {args.note: {gt: 5}}}]",
             "rules: [{tool: payment.refund, action: deny, when: {args.note: {matches: '[0-9]+'}}}]"},
        Lint{"AFieldTheToolDoesNotMap",
             "`payment.refund` has no `args.amuont`\n    hint: did you mean `args.amount`?",
             "rules: [{tool: payment.refund, action: deny, when: {args.amuont: {gt: 5}}}]",
             "rules: [{tool: payment.send, action: deny, when: {args.amuont: {gt: 5}}}]"},
        Lint{"AFieldTheDocumentDoesNotHave",
             "`crm.update` has no `args.emial`\n    hint: did you mean `args.email`?",
             "rules: [{tool: crm.update, action: deny, when: {args.emial: x}}]",
             "rules: [{tool: crm.update, action: deny, when: {args.email: x}}]"},
        Lint{"APathParameterThatIsNotThere", "has no `path.customerid`",
             "rules: [{tool: payment.refund, action: deny, when: {path.customerid: x}}]",
             "rules: [{tool: payment.refund, action: deny, when: {path.customer: x}}]"},
        Lint{"APathThatNoRequestHas",
             "rule `rules[0]`: no path holds `/v1/a b`: it is asked about as it is escaped\n    hint: write "
             "`/v1/a%20b`",
             "rules: [{tool: payment.*, action: deny, when: {http.path: /v1/a b}}]",
             "rules: [{tool: payment.*, action: deny, when: {http.path: /v1/a%20b}}]"},
        Lint{"APathInOneOfItsSpellings",
             "a path with `/v1/a%7Cb` has another spelling\n    hint: write `/v1/a|b`",
             "rules: [{tool: payment.*, action: deny, when: {http.path: /v1/a%7Cb}}]",
             "rules: [{tool: payment.*, action: deny, when: {http.path: /v1/a|b}}]"},
        Lint{"SeveralSources", "`args.id` of `crm.update` has several sources",
             "rules: [{tool: crm.update, action: deny, when: {args.id: x}}]",
             "rules: [{tool: crm.update, action: deny, when: {path.id: x}}]"},
        Lint{"OptionalWithoutMissing", "`args.mode` is optional",
             "rules: [{tool: crm.update, action: deny, when: {args.mode: x}}]",
             "rules: [{tool: crm.update, action: deny, when: {args.mode: {eq: x, missing: false}}}]"},
        Lint{"AllowOnAHint", "allows on `annotations.read_only`, which is only a hint",
             "rules: [{tool: files.read, action: allow, when: {annotations.read_only: true}}]",
             "rules: [{tool: files.read, action: deny, when: {annotations.read_only: {eq: false, missing: "
             "false}}}]"},
        Lint{"StarOverOneToolsField", "rule `rules[0]` is about `crm.update` too, which has no `args.amount`",
             "rules: [{tool: '*.*', action: deny, when: {args.amount: {gt: 5}}}]",
             "rules: [{tool: payment.*, action: deny, when: {args.amount: {gt: 5}}}]"},
        Lint{"EveryToolOverOneToolsField",
             "rule `rules[0]` is about every tool: asked of a call without `args.amount`",
             "rules: [{action: deny, when: {args.amount: {gt: 5}}}]",
             "rules: [{action: deny, when: {args.amount: {gt: 5, missing: false}}}]"},
        Lint{"DeepStarBesideListedTools", "`**` also covers requests that no listed tool matches",
             "rules: [{tool: payment.**, action: allow}]", "rules: [{tool: payment.*, action: allow}]"},
        Lint{"AToolThatIsNotListed",
             "`payment.snd` is no listed tool of `payment`\n    hint: did you mean `payment.send`?",
             "rules: [{tool: payment.snd, action: deny}]", "rules: [{tool: files.snd, action: deny}]"},
        Lint{"AToolInAConditionThatIsNotListed",
             "rule `auto_reject[0]`: `payment.snd` is no listed tool of `payment`",
             "auto_reject: [{condition: {tool: payment.snd}}]",
             "auto_reject: [{condition: {tool: [payment.send, payment.http.get, files.snd]}}]"},
        Lint{"AToolInAConditionOfNoUpstream", "`multi_approval[0]`: there is no upstream `paymnt`",
             "multi_approval: [{condition: {tool: paymnt.send}}]",
             "multi_approval: [{condition: {tool: {starts_with: paymnt.}}}]"},
        Lint{"AToolInAConditionWithoutItsUpstream", "rule `rules[0]`: no tool is called `send`",
             "rules: [{action: deny, when: {not: {tool: send}}}]",
             "rules: [{action: deny, when: {not: {tool: payment.send}}}]"},
        Lint{"AnUpstreamInACondition",
             "rule `auto_approve[0]`: there is no upstream `paymnt`\n    hint: did you mean `payment`?",
             "auto_approve: [{condition: {upstream: paymnt}}]",
             "auto_approve: [{condition: {upstream: payment}}]"},
        Lint{"AnOperationThatIsNearlyOne",
             "rule `auto_reject[0]`: no tool has the operation `FINANCAL`\n    hint: did you mean "
             "`FINANCIAL`?",
             "auto_reject: [{condition: {operation: FINANCAL}}]",
             "auto_reject: [{condition: {operation_type: DATABASE_WRITE}}]"},
        Lint{"AnAgentThatIsNotThere", "`agent.id eq \"bott\"` is never true",
             "rules: [{action: deny, when: {agent.id: bott}}]",
             "rules: [{action: deny, when: {agent.id: bot}}]"},
        Lint{"APlanNobodyCanSatisfy", "nobody can satisfy plan \"default\": it requires 3 and 2",
             "default: escalate\napprovers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}, {id: b, "
             "groups: [lead], token: "
             "'${BOB_TOKEN}'}]\napprovals: {plans: {default: {require: 3, from: [lead]}}}",
             "default: escalate\napprovers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}, {id: b, "
             "groups: [lead], token: "
             "'${BOB_TOKEN}'}]\napprovals: {plans: {default: {require: 2, from: [lead]}}}"},
        Lint{"AGroupNobodyIsIn",
             "asks the group `laed`, and no approver is in it\n    hint: did you mean `lead`?",
             "approvers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}]\napprovals: {plans: {default: "
             "{from: [laed]}}}",
             "approvers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}]\napprovals: {plans: {default: "
             "{from: [lead]}}}"},
        Lint{"AnApproverWhomNoPlanAsks", "no plan asks the approver `b`\n    hint: name `laed` under",
             "approvers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}, {id: b, groups: [laed], token: "
             "'${BOB_TOKEN}'}]\napprovals: {plans: {default: {from: [lead]}}}",
             "approvers: [{id: a, groups: [lead], token: '${ALICE_TOKEN}'}, {id: b, groups: [laed], roles: "
             "[auditor], token: "
             "'${BOB_TOKEN}'}]\napprovals: {plans: {default: {from: [lead]}}}"},
        Lint{"ADenyThatExpires", "denies, and expires",
             "rules: [{tool: files.read, action: deny, expires: 2099-01-31}]",
             "rules: [{tool: files.read, action: allow, expires: 2099-01-31}]"},
        Lint{"ASumOfWhatIsText",
             "`args.note` of `payment.refund` comes from `query.note` and is text, which cannot be added up",
             "rules: [{id: r, tool: payment.*, action: allow, limit: {sum: args.note, max: 5, per: 1h, by: "
             "agent}}]",
             "rules: [{id: r, tool: payment.*, action: allow, limit: {sum: args.amount, max: 5, per: 1h, by: "
             "agent}}]"},
        Lint{"ALabelThatNoRuleAdds",
             "rule `rules[1]` asks for the label `privat`, and no rule adds it\n    hint: did you mean "
             "`private`?",
             "rules: [{tool: files.read, action: allow, add_labels: [private]},"
             " {tool: payment.send, action: deny, when: {agent.labels_seen: {contains: privat}}}]",
             "rules: [{tool: files.read, action: allow, add_labels: [private]},"
             " {tool: payment.send, action: deny, when: {agent.labels_seen: {contains: private}}}]"},
        Lint{"ALimitWithoutAnId", "rules[0]",
             "rules: [{tool: files.read, action: allow, limit: {calls: 1, per: 1h, by: agent}}]",
             "rules: [{id: reads, tool: files.read, action: allow, limit: {calls: 1, per: 1h, by: agent}}]"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace holdfast::app
