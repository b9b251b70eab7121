// Lints about words that say something else than was meant: see lints_test.cpp.
#include "tests/app/lints.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;

class LintsOfWords : public Lints {};

TEST_P(LintsOfWords, SpeaksOfOneAndNotOfTheOther) {
  EXPECT_THAT(said_of(GetParam().fires), HasSubstr(GetParam().said));
  EXPECT_EQ(said_of(GetParam().silent), "");
}

INSTANTIATE_TEST_SUITE_P(
    Page, LintsOfWords,
    testing::Values(
        Lint{"AStarAsASegment",
             "the segment `*` is matched literally, as any other text\n    hint: write {name} for a segment",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'GET /v1/*'}]}]",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'GET /v1/a*b'}]}]"},
        Lint{"AColonAsASegment",
             "the segment `:id` is matched literally, as any other text\n    hint: write {id}",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'GET /v1/:id'}]}]",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'POST /v1/messages:send'}]}]"},
        Lint{"AMethodThatIsNone", "`POTS` is no method of HTTP\n    hint: did you mean `POST`?",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'POTS /v1/x'}]}]",
             "upstreams: [{name: a, protocol: http, url: 'http://127.0.0.1:1', path: /a/, tools: [{name: t, "
             "match: "
             "'PROPFIND /v1/x'}]}]"},
        Lint{"AMethodInSmallLetters",
             "rule `rules[0]`: no call has the method `post`: methods are words in capitals\n    hint: write "
             "`http.method: POST`",
             "rules: [{action: deny, when: {http.method: [GET, post]}}]",
             "rules: [{action: deny, when: {http.method: [GET, POST, MY-OWN]}}]"},
        Lint{"AComparisonInText",
             "rule `rules[0]`: `args.amount` is compared with the text `> 100`\n    hint: write "
             "`args.amount: {gt: 100}`",
             "rules: [{tool: payment.refund, action: deny, when: {args.amount: '> 100'}}]",
             "rules: [{tool: payment.refund, action: deny, when: {args.amount: '> a hundred'}}]"},
        Lint{"AComparisonInTextWhereAllIsText", "is compared with the text `>=-1.5`",
             "rules: [{tool: payment.refund, action: deny, when: {args.amount: '>=-1.5'}}]",
             "rules: [{tool: payment.refund, action: deny, when: {args.note: '> 100'}}]"},
        Lint{"AToolWithoutADot",
             "rule `rules[0]` never matches: no tool is called `payment send`: a name is "
             "<upstream>.<operation>\n    hint: did you mean `payment.send`?",
             "rules: [{tool: payment send, action: deny}]", "rules: [{tool: payment.send, action: deny}]"},
        Lint{"AnUpstreamAsATool",
             "no tool is called `payment`: a name is <upstream>.<operation>\n    hint: did you "
             "mean `payment.*`?",
             "rules: [{tool: payment, action: deny}]", "rules: [{tool: payment**, action: deny}]"},
        Lint{"AStarWithoutADot", "no tool is called `pay*`", "rules: [{tool: pay*, action: deny}]",
             "rules: [{tool: pay*.send, action: deny}]"},
        Lint{"AToolInCapitals", "there is no upstream `Payment`\n    hint: did you mean `payment.send`?",
             "rules: [{tool: Payment.Send, action: deny}]", "rules: [{tool: payment.send, action: deny}]"},
        Lint{"AnOperationOfAnotherTool",
             "rule `rules[0]`: `operation eq \"FINANCIAL\"` is never true: there is only `none`\n    hint: "
             "say it as "
             "`operation` of the tool",
             "rules: [{tool: payment.refund, action: deny, when: {operation: FINANCIAL}}]",
             "rules: [{tool: payment.*, action: deny, when: {operation: FINANCIAL}}]"},
        Lint{"ARiskThatTheToolsNeverHave",
             "`risk_level eq \"critical\"` is never true: there are only `medium` and "
             "`high`",
             "rules: [{tool: payment.*, action: deny, when: {risk_level: critical}}]",
             "rules: [{tool: files.*, action: deny, when: {risk_level: critical}}]"},
        Lint{
            "AYamlWordForTrue",
            "rule `rules[0]`: `args.force` is compared with the text `yes`: plain words are what they are in "
            "JSON\n    hint: write true, or 'yes' in quotes if the text is meant",
            "rules: [{tool: files.*, action: deny, when: {args.force: yes}}]",
            "rules: [{tool: files.*, action: deny, when: {args.force: 'yes', args.sure: true, args.x: "
            "yEs}}]"},
        Lint{"AYamlWordWhereAllIsText", "is compared with the text `on`",
             "rules: [{tool: files.*, action: deny, when: {args.mode: [on, 5]}}]",
             "rules: [{tool: payment.refund, action: deny, when: {args.note: on, http.header.x-mode: on}}]"},
        Lint{"AYamlWordForFalse", "write false, or 'Off'",
             "rules: [{tool: files.*, action: deny, when: {args.mode: {ne: Off}}}]",
             "rules: [{tool: files.*, action: deny, when: {args.mode: {contains: off}}}]"},
        Lint{"AYamlWordForNull", "write null, or '~'",
             "rules: [{tool: files.*, action: deny, when: {args.a: ~}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: ~/x}}]"},
        Lint{"AnOctalNumber", "write 493, or '0755'",
             "rules: [{tool: files.*, action: deny, when: {args.a: 0755}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: '0755', args.b: 0, args.c: 0855}}]"},
        Lint{"AHexadecimalNumber", "write 31, or '0x1F'",
             "rules: [{tool: files.*, action: deny, when: {args.a: 0x1F}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: 31, args.b: 0xZ}}]"},
        Lint{"ANumberThatJsonDoesNotHave", "JSON has no such number; write '-.inf' in quotes",
             "rules: [{tool: files.*, action: deny, when: {args.a: -.inf}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: .info}}]"},
        Lint{"ANumberWithUnderscores", "write 1000, or '1_000'",
             "rules: [{tool: files.*, action: deny, when: {args.a: 1_000}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: 1000, args.b: a_1}}]"},
        Lint{"ANumberWithoutItsZero", "write -0.5, or '-.5'",
             "rules: [{tool: files.*, action: deny, when: {args.a: -.5}}]",
             "rules: [{tool: files.*, action: deny, when: {args.a: -0.5}}]"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace holdfast::app
