// What people are shown of a call: the author's summary, and arguments without what is redacted.
#include <gmock/gmock.h>

#include "house.hpp"
#include "proxy/check_tools.hpp"
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
  return {redacted_args(*asked.out.match.tool, asked.out.call), redacted_target(asked.out)};
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

TEST(Redact, TheTargetShowsNoQueryAndNoValueThatStandsInThePath) {
  EXPECT_EQ(redacted({"args.password"}, "{}").target, "http://shop.test:9001/pay/acme?[redacted]");
  Tool tool;
  tool.args = {{"to", "path.to"}, {"a", "body.a"}};
  EXPECT_EQ(redacted({"args.to"}, "{}", tool).target, "http://shop.test:9001/pay/{to}?[redacted]");
  EXPECT_EQ(redacted({"args.a"}, "{}", tool).target, "http://shop.test:9001/pay/acme?[redacted]");
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
