// Calls that somebody describes: what is said, what follows from the configuration, and what stays unknown.
#include "policy/described_call.hpp"

#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Effect;
using enum Operator;
using testing::HasSubstr;

// Two upstreams, two agents, and rules of one's own.
std::shared_ptr<const Policy> house(std::vector<Rule> rules = {}) {
  Options written = options(std::move(rules));
  KnownUpstream crm = upstream("crm", Protocol::http, {"refund", "search", "login"});
  Tool& refund = crm.tools[0];
  refund.method = "POST";
  refund.path = "/v1/customers/{customer}/refunds";
  refund.args = {{"customer", "path.customer"}, {"amount", "body.amount"}};
  refund.operation = "FINANCIAL";
  refund.sensitivity = "high";
  Tool& search = crm.tools[1];
  search.method = "GET";
  search.path = "/v1/search";
  search.args = {{"q", "query.q"}};
  crm.tools[2].method = "POST";
  crm.tools[2].path = "/login";
  crm.tools[2].form_body = true;
  KnownUpstream payment = upstream("payment", Protocol::http, {"send"});
  payment.tools[0].method = "POST";
  payment.tools[0].path = "/v1/send";
  written.directory.upstreams = {crm, payment, upstream("files", Protocol::mcp, {"read"})};
  written.directory.agents = {Agent{"bot", 2, {{"team", "support"}}, "token"},
                              Agent{"intern", 5, {}, "token"}};
  written.directory.trust_tiers = {{"trusted", 1}};
  return compiled(std::move(written));
}

Result<DescribedCall> described(std::string_view json) {
  return DescribedCall::read(json, *house(), Describing{});
}

std::string mistake(std::string_view json) {
  const auto made = described(json);
  return made ? "" : made.error().detail;
}

// What a condition says of a described call.
Truth of(std::string_view json, const Condition& condition) {
  const auto made = described(json);
  if (!made) ADD_FAILURE() << json << ": " << made.error().detail;
  return made ? says(condition, made->call()) : Truth::unknown;
}

TEST(DescribedCall, OfAToolWithoutAMappingTheArgumentsAreTheBody) {
  constexpr std::string_view kCall = R"({"tool":"payment.send","args":{"amount":9007199254740993}})";
  EXPECT_EQ(of(kCall, is("args.amount", eq, "9007199254740993")), Truth::yes);
  EXPECT_EQ(of(kCall, is("body.amount", eq, "9007199254740993")), Truth::yes);
  EXPECT_EQ(of(kCall, is("args.currency", exists, "false")), Truth::yes);
  EXPECT_EQ(of(kCall, is("http.method", eq, "\"POST\"")), Truth::yes);
  EXPECT_EQ(of(kCall, is("http.path", eq, "\"/v1/send\"")), Truth::yes);
}

TEST(DescribedCall, WhatIsNotToldIsUnknownAndNotMissing) {
  struct Row {
    const char* call;
    const char* field;
  };
  constexpr const char* kBare = R"({"tool":"payment.send"})";
  const Row rows[] = {
      {kBare, "args.amount"},
      {kBare, "body.amount"},
      {kBare, "http.header.x-env"},
      {kBare, "http.query.dry"},
      {kBare, "http.host"},
      {R"({"tool":"crm.refund","args":{"amount":1}})", "body.amount"},
      {R"({"tool":"crm.refund","args":{"amount":1}})", "path.customer"},
      {R"({"tool":"crm.refund","args":{"amount":1}})", "http.path"},
      {R"({"tool":"crm.refund","raw":"{\"amount\":1}"})", "args.customer"},
      {R"({"tool":"files.read","args":{"name":"a"}})", "body.method"},
      {R"({"tool":"elsewhere.do","args":{}})", "http.method"},
      {R"({"tool":"elsewhere.do","args":{}})", "body.x"},
      {R"({"tool":"payment.http.get","http":{"path":"/a%3Ab"}})", "http.path"},
  };
  for (const Row& row : rows) {
    for (const char* flag : {"true", "false"}) {
      policy::Test test = policy::test(row.field, exists, flag);
      test.missing = true;
      EXPECT_EQ(of(row.call, is(test)), Truth::unknown) << row.call << " " << row.field;
    }
  }
}

TEST(DescribedCall, WhatIsToldToBeEmptyIsMissing) {
  EXPECT_EQ(of(R"({"tool":"payment.send","http":{"headers":{}}})", is("http.header.x-env", exists, "false")),
            Truth::yes);
  EXPECT_EQ(of(R"({"tool":"payment.send","http":{"query":{}}})", is("query.dry", exists, "false")),
            Truth::yes);
  EXPECT_EQ(of(R"({"tool":"files.read","args":{}})", is("args.name", exists, "false")), Truth::yes);
}

TEST(DescribedCall, AMappingReadsWhatIsSent) {
  constexpr std::string_view kSent =
      R"({"tool":"crm.refund","http":{"path":"/v1/customers/c-1/refunds","query":{}},"raw":"{\"amount\":5.10}"})";
  EXPECT_EQ(of(kSent, is("args.customer", eq, "\"c-1\"")), Truth::yes);
  EXPECT_EQ(of(kSent, is("args.amount", eq, "5.1")), Truth::yes);
  EXPECT_EQ(of(R"({"tool":"crm.refund","path":{"customer":"c-1"},"body":{"amount":5}})",
               is("http.path", eq, "\"/v1/customers/c-1/refunds\"")),
            Truth::yes);
  EXPECT_EQ(of(R"({"tool":"crm.search","http":{"query":{"q":"x"}}})", is("args.q", eq, "\"x\"")), Truth::yes);
  EXPECT_EQ(of(R"({"tool":"crm.search","http":{"query":{"q":["x","y"]}}})", is("args.q", eq, "\"x\"")),
            Truth::unknown);
  EXPECT_EQ(of(R"({"tool":"crm.refund","http":{"query":{"amount":"1"}},"args":{"amount":5}})",
               is("args.amount", eq, "5")),
            Truth::unknown);
}

TEST(DescribedCall, OfAnMcpToolTheTextIsTheWholeMessage) {
  constexpr std::string_view kMessage =
      R"({"tool":"files.read","raw":"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read\",\"arguments\":{\"path\":\"/a\"}}}"})";
  EXPECT_EQ(of(kMessage, is("args.path", eq, "\"/a\"")), Truth::yes);
  EXPECT_EQ(of(kMessage, is("body.id", eq, "1")), Truth::yes);
  EXPECT_THAT(
      mistake(R"({"tool":"files.write","raw":"{\"method\":\"tools/call\",\"params\":{\"name\":\"read\"}}"})"),
      HasSubstr("does not call the tool `write`"));
  EXPECT_EQ(
      of(R"({"tool":"files.mcp.prompts/get","raw":"{\"method\":\"prompts/get\",\"params\":{\"name\":\"p\"}}"})",
         is("args.name", eq, "\"p\"")),
      Truth::yes);
}

TEST(DescribedCall, TheConfigurationSaysWhatTheToolIsAndWhoTheAgentIs) {
  const auto made = described(R"({"tool":"crm.refund","agent":"bot"})");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->call().operation, "FINANCIAL");
  EXPECT_EQ(made->call().sensitivity, "high");
  EXPECT_EQ(made->call().upstream, "crm");
  EXPECT_EQ(made->call().agent->trust_tier, 2);
  const auto other =
      described(R"({"tool":"files.x","operation":"READ","agent":{"id":"bot","trust_tier":"trusted"}})");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->call().operation, "READ");
  EXPECT_EQ(other->call().agent->trust_tier, 1);
  EXPECT_EQ(other->call().agent->labels.size(), 1U);
  const auto nobody = described(R"({"tool":"files.x"})");
  EXPECT_EQ(nobody->call().agent->id, "anonymous");
  EXPECT_EQ(nobody->call().agent->trust_tier, 5);
}

TEST(DescribedCall, WhatTheAgentHasSeenIsUnknownUnlessSomebodySays) {
  const Condition seen = is("agent.labels_seen", contains, "\"private\"");
  EXPECT_EQ(of(R"({"tool":"files.x"})", seen), Truth::unknown);
  EXPECT_EQ(of(R"({"tool":"files.x","agent":{"labels_seen":[]}})", seen), Truth::no);
  EXPECT_EQ(of(R"({"tool":"files.x","agent":{"labels_seen":["private"]}})", seen), Truth::yes);
}

TEST(DescribedCall, EveryMistakeNamesItsMember) {
  struct Row {
    const char* call;
    const char* said;
  };
  const Row rows[] = {
      {"{}", "names no `tool`"},
      {"[]", "must be an object"},
      {"{\"tool\":\"payment.send\",\"tool\":\"x.y\"}", "the description:"},
      {R"({"tool":"payment.send","arg":{}})", "no member `arg`; did you mean `args`?"},
      {R"({"tool":"payment.sent"})", "no listed tool of `payment`; did you mean `payment.send`?"},
      {R"({"tool":"Payment.send"})", "nearly a tool"},
      {R"({"tool":"files.Read"})", "did you mean `files.read`?"},
      {R"({"tool":"files.a\nb"})", "control character"},
      {R"({"tool":"files.read","upstream":"crm"})", "not one of the upstream `crm`"},
      {R"({"tool":"crm.refund","operation":"READ"})", "`operation` is `FINANCIAL`"},
      {R"({"tool":"files.x","sensitivity":"none"})", "low, standard or high"},
      {R"({"tool":"files.x","agent":"bott"})", "no agent `bott`; did you mean `bot`?"},
      {R"({"tool":"files.x","agent":{"trust_tier":6}})", "from 1 to 5"},
      {R"({"tool":"files.x","agent":{"labels":{"a":1}}})", "the label `a`"},
      {R"({"tool":"files.x","agent":{"tier":1}})", "`agent` has no member `tier`"},
      {R"({"tool":"files.read","args":{},"raw":"{}"})", "give one of"},
      {R"({"tool":"files.read","body":{}})", "for http upstreams"},
      {R"({"tool":"payment.send","args":[]})", "`args` must be an object"},
      {R"({"tool":"payment.send","raw":{}})", "`raw` must be the JSON text"},
      {R"({"tool":"payment.send","raw":"{\"amount\":5,\"amount\":5000}"})", "`raw` would be refused"},
      {R"({"tool":"crm.login","args":{"n":1}})", "takes a form"},
      {R"({"tool":"crm.login","raw":"{}"})", "takes a form, not JSON"},
      {R"({"tool":"crm.search","args":{"q":1}})", "`args.q` must be a text"},
      {R"({"tool":"payment.send","http":{"method":"GET"}})", "has the method POST"},
      {R"({"tool":"elsewhere.x","http":{"method":"post"}})", "in capitals"},
      {R"({"tool":"payment.send","http":{"path":"/v1/other"}})", "is not one of `payment.send`"},
      {R"({"tool":"payment.http.get","http":{"path":"/a/../b"}})", "no path that would be judged"},
      {R"({"tool":"payment.http.get","http":{"path":"/a?b=c"}})", "no path that would be judged"},
      {R"({"tool":"crm.refund","http":{"path":"/v1/customers/1/refunds"},"path":{"customer":"1"}})",
       "give one of them"},
      {R"({"tool":"crm.refund","path":{"other":"1"}})", "`path` lacks `customer`"},
      {R"({"tool":"crm.refund","path":{"customer":"1","other":"2"}})", "not in /v1/customers"},
      {R"({"tool":"payment.send","http":{"headers":{"a":{}}}})", "`headers.a` must be a text"},
      {R"({"tool":"files.x","agent":{"labels_seen":"x"}})", "`agent.labels_seen` must be a list"},
      {R"({"tool":"files.x","context":1})", "`context` must be an object"},
      {R"({"tool":"files.x","annotations":{"read_only":1}})",
       "`annotations.read_only` must be true or false"},
      {R"({"tool":"files.x","now":"tomorrow"})", "`now` must be a time in UTC"},
      {R"({"tool":"payment.send","http":{"header":{}}})", "did you mean `headers`?"},
  };
  for (const Row& row : rows)
    EXPECT_THAT(mistake(row.call), HasSubstr(row.said)) << row.call;
}

TEST(DescribedCall, TheContextIsToldOnceAndHasFourKibibytesAtMost) {
  const Condition claimed = is("context.ticket", eq, "\"A-1\"");
  const auto raw = [](const std::string& context, const std::string& more = "") {
    return R"({"tool":"files.read","raw":"{\"method\":\"tools/call\",\"params\":{\"name\":\"read\",)"
           R"(\"_meta\":{\"holdfast/context\":)" +
           context + "}}}\"" + more + "}";
  };
  EXPECT_EQ(of(R"({"tool":"files.read","context":{"ticket":"A-1"}})", claimed), Truth::yes);
  EXPECT_EQ(of(raw(R"({\"ticket\":\"A-1\"})"), claimed), Truth::yes) << "as the message would be judged";
  EXPECT_EQ(of(R"({"tool":"files.read","args":{}})", claimed), Truth::unknown);
  EXPECT_THAT(mistake(raw("[]")), HasSubstr("`_meta[\"holdfast/context\"]` of `raw` must be an object"));
  EXPECT_THAT(mistake(raw("{}", R"(,"context":{})")), HasSubstr("and `context` are both there; give one"));
  const auto of_size = [](std::size_t bytes) {
    return R"({"tool":"files.read","context":{ "a": ")" + std::string(bytes - 8, 'x') + "\"}}";
  };
  EXPECT_EQ(mistake(of_size(4096)), "");
  EXPECT_EQ(mistake(of_size(4097)), "`context` has more than 4096 bytes");
}

TEST(DescribedCall, TheTimeIsTheOneWrittenElseTheOneGiven) {
  const WallTime given = WallTime(std::chrono::seconds(5));
  const auto policy = house();
  const auto at = [&](const char* call) {
    const auto made = DescribedCall::read(call, *policy,
                                          {.limits = {},
                                           .caller = nullptr,
                                           .call_only = false,
                                           .now = given,
                                           .labels_seen = nullptr,
                                           .others = {}});
    return made ? made->call().now : std::nullopt;
  };
  EXPECT_EQ(at(R"({"tool":"files.x"})"), given);
  EXPECT_EQ(at(R"({"tool":"files.x","now":"1970-01-01T00:00:07Z"})"), WallTime(std::chrono::seconds(7)));
  EXPECT_EQ(at(R"({"tool":"files.x","now":"1970-01-01T00:00:07.250Z"})"),
            WallTime(std::chrono::milliseconds(7250)));
  EXPECT_EQ(described(R"({"tool":"files.x"})")->call().now, std::nullopt);
}

TEST(DescribedCall, MembersOfTheReadersOwnAreLeftAlone) {
  const std::string_view mine[] = {"wait"};
  const auto policy = house();
  EXPECT_TRUE(DescribedCall::read(
      R"({"tool":"files.x","wait":5})", *policy,
      {.limits = {}, .caller = nullptr, .now = {}, .labels_seen = nullptr, .others = mine}));
  EXPECT_FALSE(DescribedCall::read(R"({"tool":"files.x","wait":5})", *policy, {}));
}

TEST(DescribedCall, ABodyRuleIsNotMetByADescriptionWithoutABody) {
  const auto policy =
      house({rule("payment.send", escalate, is("body.amount", gt, "100")), rule("payment.send", allow)});
  const auto made = DescribedCall::read(R"({"tool":"payment.send"})", *policy, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(policy->decide(made->call()).effect, escalate);
}

}  // namespace
}  // namespace holdfast::policy
