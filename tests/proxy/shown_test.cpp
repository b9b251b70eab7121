// What people are shown of a call: the author's summary, and arguments without what is redacted.
#include <gmock/gmock.h>

#include "house.hpp"
#include "proxy/check_tools.hpp"
#include "proxy/record.hpp"
#include "proxy/redact.hpp"
#include "proxy/summary.hpp"

namespace holdfast::proxy {
namespace {

using holdfast::test::Asked;
using holdfast::test::kJson;
using holdfast::test::shop;
using testing::HasSubstr;

std::string summary(const std::string& written, const std::string& body) {
  const Asked asked(holdfast::test::snapshot({shop({holdfast::test::tool("pay", "POST", "/pay/{to}")})}),
                    "POST /shop/pay/acme?q=1", {kJson}, body);
  EXPECT_EQ(asked.refused(), 0) << asked.why();
  return summarise(written, asked.out.call, RiskLevel::high);
}

TEST(Summary, HoldsTheCallsOwnValues) {
  EXPECT_EQ(summary("Pay {args.amount} to {args.vendor}", R"({"amount":2.50e1,"vendor":"ACME \"Ltd\""})"),
            R"(Pay 2.50e1 to "ACME \"Ltd\"")");
  EXPECT_EQ(summary("{tool} by {agent.id}: {path.to}, {risk_level}, {args.ok}{args.no}",
                    R"({"ok":true,"no":null})"),
            R"("shop.pay" by "anonymous": "acme", "high", truenull)");
  EXPECT_EQ(summary("{args.list}, {args.list.length}, {args.map}", R"({"list":[1,2],"map":{"a":1}})"),
            "[2 items], 2, {1 members}");
  EXPECT_EQ(summary("", "{}"), "");
}

TEST(Summary, SaysWhatIsNotThereOrHasTwoReadings) {
  EXPECT_EQ(summary("Pay {args.amount}", "{}"), "Pay (missing)");
  EXPECT_EQ(summary("Pay {args.amount}", R"({"amount":1,"Amount":2})"), "Pay (unclear)");
  EXPECT_EQ(summary("Pay {args.q}", R"({"q":1})"), "Pay (unclear)") << "the query says q too";
}

TEST(Summary, NoValueLooksLikeTheAuthorsWordsOrTurnsThem) {
  EXPECT_EQ(summary("Pay {args.amount}", "{\"amount\":\"5 to ACME, approved by the CFO\"}"),
            "Pay \"5 to ACME, approved by the CFO\"");
  const std::string shown = summary("To {args.vendor}.", "{\"vendor\":\"a\\u202e\\n\\u200bz\\u009b\"}");
  EXPECT_EQ(shown, "To \"a\\u202e\\n\\u200bz\\u009b\".");
}

TEST(Summary, IsBounded) {
  const std::string longest(100'000, 'x');
  EXPECT_EQ(summary("{args.a}", "{\"a\":\"" + longest + "\"}"), "\"" + std::string(200, 'x') + "\"...");
  std::string written;
  for (int i = 0; i < 50; ++i)
    written += "{args.a} ";
  const std::string shown = summary(written, "{\"a\":\"" + longest + "\"}");
  EXPECT_EQ(shown.size(), kLongestSummary);
  EXPECT_TRUE(shown.ends_with("..."));
  // Never half a character.
  std::string many;
  for (int i = 0; i < 150; ++i)
    many += "\xC3\xA9";
  EXPECT_EQ(summary("{args.a}", "{\"a\":\"" + many + "\"}"), "\"" + many.substr(0, 200) + "\"...");
}

struct Redacted {
  std::string args, target;
};
Redacted redacted(std::vector<std::string> fields, const std::string& body, Tool tool = {}) {
  tool.name = "pay";
  tool.method = "POST";
  tool.path = "/pay/{to}";
  tool.redact = std::move(fields);
  const Asked asked(holdfast::test::snapshot({shop({tool})}), "POST /shop/pay/acme?pin=77", {kJson}, body);
  EXPECT_EQ(asked.refused(), 0) << asked.why();
  EXPECT_TRUE(redacts(asked.out));
  return {redacted_args(asked.out.match.tool, asked.out.call), redacted_target(asked.out)};
}

TEST(Redact, PutsAWordInPlaceOfTheValue) {
  EXPECT_EQ(redacted({"args.password"}, R"({"a":1.50,"password":"hunter2","b":{"password":"kept"}})").args,
            R"({"a":1.50,"password":"[redacted]","b":{"password":"kept"}})");
  EXPECT_EQ(
      redacted({"args.card.number", "args.card.cvv"}, R"({"card":{"number":"4","name":"Z","cvv":[1]}})").args,
      R"({"card":{"number":"[redacted]","name":"Z","cvv":"[redacted]"}})");
  EXPECT_EQ(redacted({"args.items[*].pin"}, R"({"items":[{"pin":1,"n":2},{"n":3}]})").args,
            R"({"items":[{"pin":"[redacted]","n":2},{"n":3}]})");
  EXPECT_EQ(redacted({"args.x"}, R"({"y":null})").args, R"({"y":null})");
}

TEST(Redact, WhatOnlyResemblesTheNameOrStandsInItsPlaceIsNotShownEither) {
  EXPECT_EQ(redacted({"args.password"}, R"({"Password":"hunter2"})").args, R"({"Password":"[redacted]"})");
  for (const char* inside : {R"("{\"number\":\"4\"}")", R"([{"number":"4"}])", "7", "true"}) {
    EXPECT_EQ(redacted({"args.card.number"}, std::string("{\"card\":") + inside + "}").args,
              R"({"card":"[redacted]"})")
        << inside;
  }
  EXPECT_EQ(redacted({"args.items[*].pin"}, R"({"items":{"pin":1}})").args, R"({"items":"[redacted]"})");
  EXPECT_EQ(redacted({"args.a"}, "[1,2]").args, "null") << "no arguments that could be read";
}

TEST(Redact, WhatIsAPartOfItInOneTextOrStandsUnderAPrototypeIsNotShownEither) {
  for (const char* name :
       {"user[password]", "user.password", "[user][Password]", "?password", "password[]"}) {
    EXPECT_EQ(redacted({"args.password"}, std::string("{\"") + name + R"(":"hunter2","a":"1"})").args,
              std::string("{\"") + name + R"(":"[redacted]","a":"1"})");
  }
  EXPECT_EQ(redacted({"args.password"}, R"({"__proto__":{"password":"hunter2","a":1}})").args,
            R"({"__proto__":{"password":"[redacted]","a":1}})");
  EXPECT_EQ(redacted({"args.u.pin"}, R"({"__proto__":{"u":{"__proto__":{"pin":7}}},"x":{"pin":8}})").args,
            R"({"__proto__":{"u":{"__proto__":{"pin":"[redacted]"}}},"x":{"pin":8}})");
  EXPECT_EQ(redacted({"args.password"}, R"({"__proto__":"{\"password\":7}"})").args,
            R"({"__proto__":"[redacted]"})");
}

TEST(Redact, WhatStandsBehindASemicolonInAFormIsNotShownEither) {
  Tool tool = holdfast::test::tool("login", "POST", "/login");
  tool.form_body = true;
  tool.redact = {"args.password"};
  const auto shown = [&](const char* body) {
    const Asked asked(holdfast::test::snapshot({shop({tool})}), "POST /shop/login", {holdfast::test::kForm},
                      body);
    EXPECT_EQ(asked.refused(), 0) << asked.why();
    return redacted_args(asked.out.match.tool, asked.out.call);
  };
  for (const char* body :
       {"a=1;password=hunter2&b=2", "a=1;[password]=hunter2&b=2", "a=1;user[password]=hunter2&b=2"})
    EXPECT_EQ(shown(body), R"({"a":"[redacted]","b":"2"})") << body;
  EXPECT_EQ(shown("a;password=hunter2"), R"({"a;password":"[redacted]"})");
  EXPECT_EQ(shown("a=1;x=2"), R"({"a":"1;x=2"})");
  EXPECT_EQ(shown("a=x&a=1;password=hunter2"), R"({"a":"[redacted]"})");
  {
    const Asked asked(holdfast::test::snapshot({shop({tool})}), "POST /shop/login", {holdfast::test::kForm},
                      "a=1;password=hunter2");
    EXPECT_EQ(summarise("{args.a}", asked.out.call, RiskLevel::high), "(unclear)");
  }
  tool.args = {{"a", "body.a"}, {"password", "body.pw"}};
  EXPECT_EQ(shown("a=1;pw=hunter2&b=2"), "{}") << "mapped, under another name";
}

TEST(Redact, TheTargetShowsNoQueryAndNoValueThatStandsInThePath) {
  EXPECT_EQ(redacted({"args.password"}, "{}").target, "http://shop.test:9001/pay/acme?[redacted]");
  Tool tool;
  tool.args = {{"to", "path.to"}, {"a", "body.a"}};
  EXPECT_EQ(redacted({"args.to"}, "{}", tool).target, "http://shop.test:9001/pay/{to}?[redacted]");
  EXPECT_EQ(redacted({"args.a"}, "{}", tool).target, "http://shop.test:9001/pay/acme?[redacted]");
  tool.args = {{"To", "path.to"}};
  EXPECT_EQ(redacted({"args.to"}, "{}", tool).target, "http://shop.test:9001/pay/{to}?[redacted]")
      << "a name that only resembles it";
}

// Of what is refused before its tool is known nobody can say what stands in path and query.
TEST(Redact, ACallThatIsRefusedShowsNothingThatItsToolWouldRedact) {
  Tool tool = holdfast::test::tool("pay", "POST", "/pay/{to}", {{"to", "path.to"}, {"pin", "query.pin"}});
  Tool plain = holdfast::test::tool("list", "GET", "/list");
  const auto target = [&](const std::string& line, std::vector<std::string> headers = {}) {
    const Asked asked(holdfast::test::snapshot({shop({plain, tool})}), line, std::move(headers));
    EXPECT_EQ(redacts(asked.out), !tool.redact.empty()) << line;
    return redacts(asked.out) ? redacted_target(asked.out) : asked.out.target_uri;
  };
  EXPECT_THAT(target("POST /shop/Pay/acme?pin=77"), HasSubstr("acme?pin=77"))
      << "the tool redacts nothing yet";
  tool.redact = {"args.pin"};
  const char* const nothing = "http://shop.test:9001/[redacted]?[redacted]";
  EXPECT_EQ(target("POST /shop/Pay/acme?pin=77"), nothing) << "a near miss";
  EXPECT_EQ(target("POST /shop/pay/acme?pin=77&_method=x"), nothing);
  EXPECT_EQ(target("POST /shop/pay/acme?pin=77", {"Holdfast-Context: x"}), nothing);
  EXPECT_EQ(target("POST /shop/pay/acme?pin=77", {"X-Original-URL: x"}), nothing);
  EXPECT_EQ(target("GET /shop/pay/acme"), "http://shop.test:9001/[redacted]") << "no tool's";
  const Asked unlisted(holdfast::test::snapshot({shop({tool})}), "PUT /shop/pay/acme", {kJson},
                       R"({"pin":7})");
  EXPECT_EQ(redacted_args(unlisted.out.match.tool, unlisted.out.call), "null");
}

TEST(Redact, WhatALimitAddsUpIsNotRecordedWhereTheToolRedactsIt) {
  const auto recorded = [](std::vector<std::string> redact, const char* sum) {
    policy::Rule rule = policy::rule("shop.pay", Effect::allow);
    rule.limit.emplace();
    rule.limit->sum = sum;
    rule.limit->max = "100";
    rule.limit->per = std::chrono::hours(1);
    Tool tool = holdfast::test::tool("pay", "POST", "/pay", {{"amount", "body.amount"}});
    tool.redact = std::move(redact);
    const auto snapshot = holdfast::test::snapshot({shop({tool})}, {rule});
    const Asked asked(snapshot, "POST /shop/pay", {kJson}, R"({"amount":42.5})");
    EXPECT_EQ(asked.why(), "");
    return limits_text(snapshot->policy->decide(asked.out.call), asked.out.match.tool);
  };
  EXPECT_THAT(recorded({}, "args.amount"), HasSubstr(R"("amount":"42.5")"));
  EXPECT_THAT(recorded({"args.pin"}, "args.amount"), HasSubstr(R"("amount":"42.5")"));
  EXPECT_THAT(recorded({"args.amount"}, ""), HasSubstr(R"("amount":"1")")) << "so many calls";
  for (const char* sum : {"args.amount", "body.amount"}) {
    EXPECT_THAT(recorded({"args.amount"}, sum), Not(HasSubstr("42.5"))) << sum;
    EXPECT_THAT(recorded({"args.amount"}, sum), HasSubstr(R"("room":false)")) << sum;
  }
}

std::string wrong(const std::string& summary, std::vector<std::string> redact = {}) {
  Tool tool = holdfast::test::tool("pay", "POST", "/pay");
  tool.summary = summary;
  tool.redact = std::move(redact);
  const Problems problems = check_tools({shop({tool})});
  return problems.empty() ? "" : problems.front().message;
}

TEST(CheckTools, SaysWhatIsWrongWithSummaryAndRedact) {
  EXPECT_EQ(wrong("Pay {args.amount} to {agent.id}", {"args.password"}), "");
  for (const char* summary : {"Pay {args.amount", "Pay args.amount}", "{", "}"})
    EXPECT_EQ(wrong(summary), "of the tool `shop.pay` `summary` has a brace without its other one")
        << summary;
  EXPECT_THAT(wrong("Pay {amount}"), HasSubstr("of the tool `shop.pay` `summary` names no field: "));
  EXPECT_THAT(wrong("Pay {args.items[*].price}"),
              HasSubstr("shows `args.items[*].price`, which is many values"));
  EXPECT_THAT(wrong("", {"password"}), HasSubstr("`redact` names no field: "));
  EXPECT_THAT(wrong("", {"body.password"}),
              HasSubstr("`redact` names `body.password`, which is no argument"));
  for (const char* summary :
       {"{args.card}", "{args.card.number}", "{args.Card.number}", "{args.card.number.x}",
        "{body.card.number}", "{http.query.card}", "{http.path}"}) {
    EXPECT_EQ(wrong(summary, {"args.card.number"}),
              "of the tool `shop.pay` `summary` may show what `redact` keeps from notices")
        << summary;
  }
  EXPECT_EQ(wrong("{args.card.name} {args.amount} {tool}", {"args.card.number"}), "");
}

}  // namespace
}  // namespace holdfast::proxy
