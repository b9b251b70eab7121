// The lines of 08-attacks that the judge has to withstand, against the rules people write.
#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;

// Payments over 100 need approval, all other payments pass: seed 001.
std::shared_ptr<const Policy> payments() {
  Rule large = rule("payment.send", escalate, is("args.amount", gt, "100"));
  large.reason = "Payments over $100 require approval";
  return compiled(options({large, rule("payment.*", allow)}));
}

Effect effect_of(const std::shared_ptr<const Policy>& policy, std::string_view args) {
  return policy->decide(TestCall(args).call).effect;
}

TEST(Attacks, NoSpellingOfALargeAmountPasses) {
  const auto policy = payments();
  const std::pair<const char*, Effect> rows[] = {
      {R"({"amount":5})", allow},
      {R"({"amount":100})", allow},
      {R"({"amount":-0})", allow},
      {R"({"amount":1e2})", allow},
      {R"({"amount":5000})", escalate},
      {R"({"amount":100.000000000000000000000000001})", escalate},
      {R"({"amount":"5000"})", escalate},
      {R"({"amount":"5"})", escalate},
      {R"({})", escalate},
      {R"({"amount":null})", escalate},
      {R"({"amount":true})", escalate},
      {R"({"amount":[5000]})", escalate},
      {R"({"amount":[5]})", escalate},
      {R"({"amount":{"value":5000}})", escalate},
      {R"({"payment":{"amount":5}})", escalate},
      {R"({"amount":1e400})", escalate},
      {R"({"amount":1e9999})", escalate},
      {R"({"amount":-1e9999})", escalate},
      {R"({"amount":5,"Amount":5000})", escalate},
      {R"({"AMOUNT":5000,"amount":5})", escalate},
      {R"({"Amount":5})", escalate},
      {R"({"amount":5,"ａｍｏｕｎｔ":5000})", escalate},
      {R"({"amount":5,"amo\u00adunt":5000})", escalate},
      {R"({"\u0430mount":5})", escalate},
      {R"({"amount":5,"note":"Amount"})", allow},
  };
  for (const auto& [args, effect] : rows) {
    EXPECT_EQ(effect_of(policy, args), effect) << args;
    const Decision decision = policy->decide(TestCall(args).call);
    if (effect == escalate) {
      EXPECT_EQ(decision.reason, "Payments over $100 require approval");
      EXPECT_EQ(decision.plan, "default");
    }
  }
}

TEST(Attacks, ABodyThatCannotBeReadIsNeverASmallAmount) {
  TestCall call("{\"amount\":5}");
  call.call.args_state = Readable::unreadable;
  const Decision decision = payments()->decide(call.call);
  EXPECT_EQ(decision.effect, escalate);
  EXPECT_TRUE(decision.by_unknown);
  call.call.args_state = Readable::whole;
  call.call.args = nullptr;  // must not happen; must not matter
  EXPECT_EQ(payments()->decide(call.call).effect, escalate);
  EXPECT_EQ(payments()->decide(TestCall().call).effect, escalate) << "no body at all";
  EXPECT_EQ(effect_of(payments(), "[{\"amount\":5}]"), escalate) << "arguments that are no object";
}

TEST(Attacks, LargeIntegersAreNotRounded) {
  const auto denied = compiled(options({rule("*", deny, is("args.id", eq, "9007199254740993"))}, allow));
  EXPECT_EQ(effect_of(denied, R"({"id":9007199254740993})"), deny);
  EXPECT_EQ(effect_of(denied, R"({"id":9007199254740993.0})"), deny);
  EXPECT_EQ(effect_of(denied, R"({"id":9007199254740996})"), allow);
  const auto allowed = compiled(options({rule("*", allow, is("args.id", eq, "9007199254740993"))}));
  EXPECT_EQ(effect_of(allowed, R"({"id":9007199254740993})"), allow);
  EXPECT_EQ(effect_of(allowed, R"({"id":9007199254740992})"), deny);
}

TEST(Attacks, DigitsThatDoublesDropPassNoRule) {
  const auto denied = compiled(options({rule("*", deny, is("args.n", in, "[13, 9007199254740992]"))}, allow));
  EXPECT_EQ(effect_of(denied, R"({"n":14})"), allow);
  EXPECT_EQ(effect_of(denied, R"({"n":13.1})"), allow);
  for (const char* args : {R"({"n":13})", R"({"n":13.000000000000000001})", R"({"n":12.9999999999999999999})",
                           R"({"n":9007199254740993})"}) {
    EXPECT_EQ(effect_of(denied, args), deny) << args;
  }
  const auto large = compiled(options({rule("*", deny, is("args.n", gte, "100"))}, allow));
  EXPECT_EQ(effect_of(large, R"({"n":99.9})"), allow);
  EXPECT_EQ(effect_of(large, R"({"n":99.99999999999999999999})"), deny);
  const auto small = compiled(options({rule("*", allow, is("args.n", lt, "100"))}));
  EXPECT_EQ(effect_of(small, R"({"n":99.9})"), allow);
  EXPECT_EQ(effect_of(small, R"({"n":99.99999999999999999999})"), deny);
}

TEST(Attacks, ALineThatIsAllowedBringsNoOtherWithIt) {
  const std::string two = R"({"cmd":"ls\nrm -rf /"})";
  EXPECT_EQ(effect_of(compiled(options({rule("*", allow, is("args.cmd", matches, R"("^[a-z]+$")"))})), two),
            deny);
  for (const char* pattern :
       {R"_("(?m)^[a-z]+$")_", R"_("(?m-s)^[a-z]+$")_", R"_("(?m:[a-z]+)$")_", R"_("(?i)(?m)^[a-z]+")_"}) {
    EXPECT_NE(first_error(options({rule("*", allow, is("args.cmd", matches, pattern))})), "") << pattern;
  }
}

TEST(Attacks, AListDoesNotHideATextFromContains) {
  const auto policy = compiled(options({rule("*", deny, is("args.cmd", contains, "\"rm -rf\""))}, allow));
  EXPECT_EQ(effect_of(policy, R"({"cmd":"ls"})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"cmd":["ls","-l"]})"), allow);
  for (const char* args : {R"({"cmd":"rm -rf /"})", R"({"cmd":["rm -rf /"]})", R"({"cmd":["ls","rm -rf"]})",
                           R"({"cmd":[["rm -rf /"]]})"}) {
    EXPECT_EQ(effect_of(policy, args), deny) << args;
  }
}

// A tool that runs a list of words as one command reads over the ends of the items.
TEST(Attacks, AListThatIsCutHidesNothingFromContains) {
  const Condition harmful = is("args.cmd", contains, "\"rm -rf\"");
  auto of_rows = test("args.cmd", contains, "\"rm -rf\"");
  of_rows.items = Items::any_of;
  const auto denies = compiled(options({rule("*", deny, harmful)}, allow));
  const auto allows = compiled(options({rule("*", allow, no(harmful))}));
  const auto rows = compiled(options({rule("*", deny, is(of_rows))}, allow));
  for (const std::string list : {R"(["rm","-rf","/"])", R"(["rm -r","f /"])", R"(["","rm","-rf"])",
                                 R"(["sudo","rm","-rf","/"])", R"(["r","m"," ","-","rf"])"}) {
    EXPECT_EQ(effect_of(denies, "{\"cmd\":" + list + "}"), deny) << list;
    EXPECT_EQ(effect_of(allows, "{\"cmd\":" + list + "}"), deny) << list;
    EXPECT_EQ(effect_of(rows, "{\"cmd\":[[\"ls\"]," + list + "]}"), deny) << list;
  }
  for (const std::string list : {R"(["ls","-rf"])", R"(["-rf","rm"])", R"(["rm","-r","f"])", "[]"}) {
    EXPECT_EQ(effect_of(denies, "{\"cmd\":" + list + "}"), allow) << list;
    EXPECT_EQ(effect_of(allows, "{\"cmd\":" + list + "}"), allow) << list;
    EXPECT_EQ(effect_of(rows, "{\"cmd\":[" + list + "]}"), allow) << list;
  }
}

TEST(Attacks, AnAddressInAnAddressPassesNoNetwork) {
  const Condition internal = is("args.ip", cidr, "\"10.0.0.0/8\"");
  const auto denies = compiled(options({rule("*", deny, internal)}, allow));
  const auto allows = compiled(options({rule("*", allow, no(internal))}));
  for (const std::string ip : {"10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "::10.1.2.3",
                               "2002:a01:203::", "2001:0:4136:e378:8000:63bf:f5fe:fdfc"}) {
    EXPECT_EQ(effect_of(denies, R"({"ip":")" + ip + R"("})"), deny) << ip;
    EXPECT_EQ(effect_of(allows, R"({"ip":")" + ip + R"("})"), deny) << ip;
  }
  for (const std::string ip : {"192.0.2.1", "2001:db8::1", "64:ff9b::c000:201", "::1"})
    EXPECT_EQ(effect_of(denies, R"({"ip":")" + ip + R"("})"), allow) << ip;
}

TEST(Attacks, ALabelThatHoldsAnothersNameIsNotThatLabel) {
  const auto policy =
      compiled(options({rule("*", deny, is("agent.labels_seen", contains, "\"private\""))}, allow));
  const json::Document other = document(R"(["private_data"])"), same = document(R"(["private"])");
  TestCall call("{}");
  call.call.labels_seen = &other.root();
  EXPECT_EQ(policy->decide(call.call).effect, allow) << "labels are ours, and whole";
  call.call.labels_seen = &same.root();
  EXPECT_EQ(policy->decide(call.call).effect, deny);
}

TEST(Attacks, APrototypeSuppliesNoMissingMember) {
  auto role = test("args.role", eq, "\"admin\"");
  role.missing = false;
  const auto policy = compiled(options({rule("*", deny, is(role))}, allow));
  EXPECT_EQ(effect_of(policy, R"({})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"role":"user","__proto__":{"role":"admin"}})"), allow)
      << "its own member wins";
  EXPECT_EQ(effect_of(policy, R"({"__proto__":{"role":"admin"}})"), deny);
  auto deep = test("args.user.role", exists, "false");
  const auto absent = compiled(options({rule("*", allow, is(deep))}));
  EXPECT_EQ(effect_of(absent, R"({"user":{}})"), allow);
  EXPECT_EQ(effect_of(absent, R"({"user":{"__proto__":{"role":"admin"}}})"), deny);
  EXPECT_EQ(effect_of(absent, R"({"__proto__":{"user":{"role":"admin"}}})"), deny);
}

TEST(Attacks, AFlagInFrontDoesNotMoveAnAnchor) {
  const auto policy =
      compiled(options({rule("*", deny, is("args.cmd", matches, "\"(?i)^(rm|dd) \""))}, allow));
  EXPECT_EQ(effect_of(policy, R"({"cmd":"ls"})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"cmd":"RM -rf /"})"), deny);
}

TEST(Attacks, ALongTextIsNotSearchedForHowLongItTakes) {
  const auto costly = is("args.x", matches, "\"(?s).*x.{100}y.*\"");
  const auto denied = compiled(options({rule("*", deny, costly)}, allow));
  const auto allowed = compiled(options({rule("*", allow, no(costly))}));
  const auto args = [](std::size_t length) { return "{\"x\":\"" + std::string(length, 'x') + "\"}"; };
  EXPECT_EQ(effect_of(denied, args(1000)), allow);
  EXPECT_EQ(effect_of(allowed, args(1000)), allow);
  for (const std::size_t length : {16'385, 1'000'000}) {
    EXPECT_EQ(effect_of(denied, args(length)), deny) << length;
    EXPECT_EQ(effect_of(allowed, args(length)), deny) << length;
  }
}

TEST(Attacks, ManyItemsAreNotSearchedForLongerThanOneText) {
  const auto policy =
      compiled(options({rule("*", deny, is("args.x[*]", matches, "\"(?s).*secret.*\""))}, allow));
  const auto args = [](int items) {
    std::string out = "{\"x\":[\"\"";
    for (int i = 0; i < items; ++i)
      out += ",\"" + std::string(1024, 'x') + "\"";
    return out + "]}";
  };
  EXPECT_EQ(effect_of(policy, args(16)), allow);
  EXPECT_EQ(effect_of(policy, args(17)), deny);
}

TEST(Attacks, DenyListsDoNotLetUnknownThrough) {
  const auto policy =
      compiled(options({rule("*", deny, is("args.cmd", matches, "\".*rm.*\"")), rule("*", allow)}));
  EXPECT_EQ(effect_of(policy, R"({"cmd":"ls"})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"cmd":"rm -rf /"})"), deny);
  EXPECT_EQ(effect_of(policy, R"({"cmd":["rm","-rf"]})"), deny);
  EXPECT_EQ(effect_of(policy, R"({})"), deny);
  EXPECT_EQ(effect_of(policy, "{\"cmd\":\"cafe\u0301\"}"), deny) << "text that is not NFC";
}

TEST(Attacks, ALineFeedHidesNothingFromAPattern) {
  const auto denied = compiled(options({rule("*", deny, is("args.cmd", matches, "\".*(rm|dd).*\""))}, allow));
  EXPECT_EQ(effect_of(denied, R"({"cmd":"ls -l"})"), allow);
  EXPECT_EQ(effect_of(denied, R"({"cmd":"ls\nls"})"), allow) << "it is the same however it is read";
  for (const char* args : {R"({"cmd":"ls\nrm -rf /"})", R"({"cmd":"\nrm"})", R"({"cmd":"rm\n"})"}) {
    EXPECT_EQ(effect_of(denied, args), deny) << args;
  }
  const auto allowed = compiled(options({rule("*", allow, is("args.path", matches, "\"/srv/.*\""))}));
  EXPECT_EQ(effect_of(allowed, R"({"path":"/srv/a"})"), allow);
  EXPECT_EQ(effect_of(allowed, R"({"path":"/srv/\n/../../etc"})"), deny);
  const auto spared = compiled(options({rule("*", allow, no(is("args.path", matches, "\".*[.][.].*\"")))}));
  EXPECT_EQ(effect_of(spared, R"({"path":"/srv/a"})"), allow);
  EXPECT_EQ(effect_of(spared, R"({"path":"/srv/\n/../../etc"})"), deny);
}

TEST(Attacks, NegationDoesNotTurnUnknownIntoYes) {
  const auto policy = compiled(options({rule("*", allow, no(is("args.amount", gt, "100")))}));
  EXPECT_EQ(effect_of(policy, R"({"amount":5})"), allow);
  for (const char* args :
       {R"({"amount":5000})", R"({"amount":"5000"})", "{}", R"({"amount":5,"AMOUNT":5000})"}) {
    EXPECT_EQ(effect_of(policy, args), deny) << args;
  }
}

TEST(Attacks, AMemberOfAnotherCaseIsNotAbsent) {
  const auto policy = compiled(options({rule("*", deny, is("args.force", exists, "true"))}, allow));
  EXPECT_EQ(effect_of(policy, "{}"), allow);
  EXPECT_EQ(effect_of(policy, R"({"force":false})"), deny);
  EXPECT_EQ(effect_of(policy, R"({"Force":true})"), deny);
}

TEST(Attacks, TextWhereAnObjectIsExpectedIsNotAbsent) {
  const auto policy = compiled(options({rule("*", deny, is("args.opts.force", exists, "true"))}, allow));
  EXPECT_EQ(effect_of(policy, R"({"opts":{}})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"opts":"{\"force\":true}"})"), deny);
  EXPECT_EQ(effect_of(policy, R"({"opts":[{"force":true}]})"), deny);
}

TEST(Attacks, OneBadItemOrNoneIsNotAllGood) {
  const auto policy = compiled(options({rule("*", allow, is("args.items[*].price", lt, "100"))}));
  EXPECT_EQ(effect_of(policy, R"({"items":[{"price":1},{"price":2}]})"), allow);
  EXPECT_EQ(effect_of(policy, R"({"items":[{"price":1},{"price":5000}]})"), deny);
  EXPECT_EQ(effect_of(policy, R"({"items":[]})"), deny);
  EXPECT_EQ(effect_of(policy, R"({"items":{"price":1}})"), deny);
}

TEST(Attacks, UnlistedRequestsAndOtherMethodsAreNotCoveredByOneStar) {
  const auto policy = payments();
  for (const char* tool : {"payment.http.get", "payment.http.post", "payment.mcp.resources/read",
                           "payment.mcp.prompts/get", "payment.mcp.Tools/Call", "payment.mcp.vendor/run"}) {
    TestCall call("{}");
    call.call.tool = tool;
    const Decision decision = policy->decide(call.call);
    EXPECT_EQ(decision.effect, deny) << tool;
    EXPECT_EQ(decision.rule, "default") << tool;
  }
}

TEST(Attacks, ManyForeignNamesAreStillJudged) {
  std::string args = "{\"amount\":5";
  for (int i = 0; i < 20'000; ++i)
    args += ",\"\u00e9" + std::to_string(i) + "\":1";
  EXPECT_EQ(effect_of(payments(), args + "}"), allow);
  EXPECT_EQ(effect_of(payments(), args + ",\"aMount\":1}"), escalate);
}

}  // namespace
}  // namespace holdfast::policy
