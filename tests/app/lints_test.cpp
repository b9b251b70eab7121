// The lints as a rule author meets them: for each a policy that `holdfast check` must warn of (or refuse),
// and one beside it of which it says nothing.
#include "tests/app/lints.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;

TEST_P(Lints, SpeaksOfOneAndNotOfTheOther) {
  EXPECT_THAT(said_of(GetParam().fires), HasSubstr(GetParam().said));
  EXPECT_EQ(said_of(GetParam().silent), "");
}

// What was meant by it is not known: taken for every tool, or for a rule without a condition, it would be
// said to leave nothing to the others.
class OfAMistakenRule : public Lints {};

TEST_P(OfAMistakenRule, NoLintSpeaks) {
  const std::string said = said_of(GetParam().fires);
  EXPECT_THAT(said, HasSubstr(GetParam().said));
  EXPECT_THAT(said, testing::Not(HasSubstr("warning:")));
  EXPECT_THAT(said_of(GetParam().silent), HasSubstr("is never reached"));
}

INSTANTIATE_TEST_SUITE_P(
    Page, OfAMistakenRule,
    testing::Values(Lint{"AListOfTools", "`rules[0].tool` must be a single value",
                         "rules: [{tool: [payment.send], action: allow}, {tool: payment.send, action: deny}]",
                         "rules: [{tool: payment.send, action: allow}, {tool: payment.send, action: deny}]"},
                    Lint{"AnEmptyTool", "`rules[0].tool` is empty",
                         "rules: [{tool: '', action: allow}, {tool: payment.send, action: deny}]",
                         "rules: [{action: allow}, {tool: payment.send, action: deny}]"},
                    Lint{"AMisspeltWhen", "unknown key `wehn`",
                         "rules: [{tool: payment.send, action: allow, wehn: {args.a: 1}}, {tool: "
                         "payment.send, action: deny}]",
                         "rules: [{tool: payment.send, action: allow}, {tool: payment.send, action: deny}]"},
                    Lint{"TheLastRule", "unknown key `wehn`",
                         "rules: [{tool: payment.send, action: allow}, {tool: payment.send, action: deny, "
                         "wehn: {args.a: 1}}]",
                         "rules: [{tool: payment.send, action: allow}, {tool: payment.send, action: deny}]"}),
    [](const auto& row) { return row.param.name; });

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
