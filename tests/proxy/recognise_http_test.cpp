// From the bytes of an HTTP request to the call that is judged (03-calls, 08-attacks "Policy").
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kForm;
using test::kJson;
using test::tool;
using testing::HasSubstr;

std::shared_ptr<Snapshot> plane(std::vector<Tool> tools = {tool("send", "POST", "/v1/send")}) {
  return test::snapshot({test::shop(std::move(tools))});
}

Tool form_tool(std::vector<std::pair<std::string, std::string>> args = {}) {
  Tool form = tool("send", "POST", "/v1/send", std::move(args));
  form.form_body = true;
  return form;
}

TEST(RecogniseHttp, ACallHasItsToolArgumentsAndAddress) {
  const Asked asked(plane(), "POST /shop/v1/%73end?dry=1", {kJson, "X-A: b"}, R"({"amount":5.0,"to":"x"})");
  ASSERT_EQ(asked.why(), "");
  EXPECT_TRUE(asked.out.is_call);
  EXPECT_EQ(asked.tool(), "shop.send");
  EXPECT_EQ(asked.out.call.path, "/v1/send");
  EXPECT_EQ(asked.out.upstream_target, "/v1/send?dry=1");
  EXPECT_EQ(asked.out.target_uri, "http://shop.test:9001/v1/send?dry=1");
  EXPECT_EQ(asked.args(), R"({"amount":5.0,"to":"x"})");
  EXPECT_EQ(asked.out.call.agent->id, "anonymous");
}

TEST(RecogniseHttp, WhatNoToolMatchesIsNamedByItsMethod) {
  EXPECT_EQ(Asked(plane(), "GET /shop/v1/send").tool(), "shop.http.get");
  EXPECT_EQ(Asked(plane(), "DELETE /shop/v1/x").tool(), "shop.http.delete");
  EXPECT_EQ(Asked(plane(), "M-SEARCH /shop/").tool(), "shop.http.m-search");
  // A single segment's pattern never lets it through.
  const auto snapshot = test::snapshot({test::shop()}, {policy::rule("shop.*", Effect::allow)});
  const Asked asked(snapshot, "GET /shop/v1/send");
  EXPECT_EQ(snapshot->policy->decide(asked.out.call).effect, Effect::deny);
}

TEST(RecogniseHttp, AMethodThatSomebodyMayReadInAnotherWayIsRefused) {
  for (const std::string method :
       {"get", "Post", "POST1", "PO_ST", "P!", "GETGETGETGETGETGETGETGETGETGETGET"})
    EXPECT_EQ(Asked(plane(), method + " /shop/v1/send").refused(), 400) << method;
  EXPECT_EQ(Asked(plane(), "TRACE /shop/v1/send").refused(), 501);
}

TEST(RecogniseHttp, EachRefusalHasItsStatus) {
  const std::tuple<std::string, std::string, int> rows[] = {
      {"GET /", "", 404},
      {"GET /shop", "", 404},
      {"POST /shop/V1/send", "", 400},
      {"POST /shop/v1/send/", "", 400},
      {"POST /shop/v1/send.json", "", 400},
      {"POST /shop/v1/%EF%BC%B3end", "", 400},
      {"POST /shop/v1//send", "", 400},
      {"POST /shop/v1/a%2Fb", "", 400},
      {"POST /shop/v1/x?_method=DELETE", "", 400},
      {"POST /shop/v1/x?a=1&%5Fmethod=DELETE", "", 400},
      {"POST /shop/v1/x?_METHOD=DELETE", "", 400},
      {"POST /shop/v1/x?.method=DELETE", "", 400},
      {"POST /shop/v1/x?a=%ff", "", 400},
      {"POST /shop/v1/x", "X-HTTP-Method-Override: DELETE", 400},
      {"POST /shop/v1/x", "Holdfast-Decision: allow", 400},
      {"POST /shop/v1/x", "Origin: http://evil.com", 403},
      {"POST /shop/v1/x", "Origin: null", 403},
  };
  for (const auto& [line, header, status] : rows) {
    const Asked asked(plane(), line, header.empty() ? std::vector<std::string>{} : std::vector{header});
    EXPECT_EQ(asked.refused(), status) << line << " " << header << " " << asked.why();
  }
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/x", {kJson, kJson}, "{}").refused(), 400);
}

TEST(RecogniseHttp, AnEscapedSlashIsKeptOnlyWhereTheUpstreamNeedsIt) {
  auto snapshot = plane({tool("get", "GET", "/v1/files/{name}")});
  snapshot->options.upstreams[0].keep_encoded_slash = true;
  const Asked asked(snapshot, "GET /shop/v1/files/a%2Fb");
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(asked.tool(), "shop.get");
  EXPECT_EQ(asked.out.upstream_target, "/v1/files/a%2Fb");
  ASSERT_EQ(asked.out.call.path_parameters.size(), 1U);
  EXPECT_EQ(asked.out.call.path_parameters[0].value, "a/b");
  EXPECT_EQ(Asked(snapshot, "GET /shop/v1/files/..%2F..%2Fsecrets").refused(), 400);
}

TEST(RecogniseHttp, SeveralAgentsNeedTheirTokens) {
  auto snapshot = plane();
  snapshot->options.agents.push_back(test::known_agent("a", "token-a"));
  snapshot->options.agents.push_back(test::known_agent("b", "token-b"));
  EXPECT_EQ(Asked(snapshot, "POST /shop/v1/send").result.error().ending, Ending::unauthenticated);
  const Asked asked(snapshot, "POST /shop/v1/send", {"Holdfast-Agent-Token: token-b", "X-A: 1"});
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(asked.out.call.agent->id, "b");
  for (const net::HeaderLine& line : asked.out.headers)
    EXPECT_NE(line.value, "token-b");
}

TEST(RecogniseHttp, ABodyIsReadOnlyWhereARuleAsksForIt) {
  const auto snapshot = test::snapshot({test::shop({tool("send", "POST", "/v1/send")})},
                                       {policy::rule("shop.send", Effect::allow)});
  EXPECT_FALSE(Asked(snapshot, "POST /shop/v1/send", {"Content-Type: text/plain"}, "x").out.needs_body);
  EXPECT_TRUE(Asked(plane(), "POST /shop/v1/send", {kJson}).out.needs_body);
}

TEST(RecogniseHttp, JsonThatHasTwoReadingsIsRefused) {
  for (const std::string body :
       {R"({"amount":5,"amount":5000})", R"({"amount":5,"\u0061mount":5000})", "\xEF\xBB\xBF{\"amount\":5}",
        R"({"amount":5)", R"({"amount":5}{})", R"({"amount":5} x)", R"({"amount":05})", R"({"amount":5,})",
        R"({'amount':5})", R"({"amount":NaN})", R"({"a":"\ud800"})", "{\"a\":\"\xff\"}", R"({"a":/**/1})",
        "\xFF\xFE{", "{\"a\":\"\x01\"}"}) {
    const Asked asked(plane(), "POST /shop/v1/send", {kJson}, body);
    EXPECT_EQ(asked.refused(), 400) << body;
    EXPECT_THAT(asked.why(), HasSubstr("the body"));
  }
  const std::string deep = R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}";
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {kJson}, deep).refused(), 400);
}

TEST(RecogniseHttp, ABodyOfAnotherContentTypeIsUnreadable) {
  for (const std::string type :
       {"text/plain", "application/x-json", "application/jsonp", "text/json", "application/json, text/plain",
        "multipart/form-data", "application/x-www-form-urlencoded", "application/json; charset=utf-16",
        "application/json;charset=\"utf-7\"", "application/json; Charset = iso-8859-1",
        "application/json; charset=utf-8; charset=utf-16", "application/json; charset*=utf-16''x",
        "application/json; charset"}) {
    const Asked asked(plane(), "POST /shop/v1/send", {"Content-Type: " + type}, R"({"amount":5})");
    EXPECT_EQ(asked.why(), "") << type;
    EXPECT_EQ(asked.args(), "unreadable") << type;
    EXPECT_EQ(asked.out.call.body_state, Readable::unreadable) << type;
  }
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {}, R"({"amount":5})").args(), "unreadable");
  for (const std::string type :
       {"application/json", "Application/JSON ; charset=UTF-8", "application/json;charset=\"utf-8\"",
        "application/merge-patch+json", "application/json; profile=x"}) {
    EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {"Content-Type: " + type}, R"({"amount":5})").args(),
              R"({"amount":5})")
        << type;
  }
}

TEST(RecogniseHttp, AnEncodedBodyIsNotJudged) {
  for (const std::string coding : {"gzip", "deflate", "br", "identity, gzip", "GZIP", "x", ""}) {
    const Asked asked(plane(), "POST /shop/v1/send", {kJson, "Content-Encoding: " + coding},
                      R"({"amount":5})");
    EXPECT_EQ(asked.refused(), 415) << coding;
  }
  const Asked twice(plane(), "POST /shop/v1/send",
                    {kJson, "Content-Encoding: identity", "content-encoding: gzip"}, "{}");
  EXPECT_EQ(twice.refused(), 415);
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {kJson, "Content-Encoding: identity"}, "{}").refused(), 0);
}

TEST(RecogniseHttp, ArgumentsAreAnObjectOrNotReadable) {
  for (const std::string body : {"[]", "[{\"amount\":5}]", "5", "\"x\"", "null", "true"})
    EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {kJson}, body).args(), "unreadable") << body;
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send").args(), "absent");
  EXPECT_EQ(Asked(plane(), "GET /shop/v1/x", {kJson}, R"({"a":1})").args(), R"({"a":1})")
      << "GET with a body";
}

TEST(RecogniseHttp, AFormIsAnObjectOfStrings) {
  const Asked asked(plane({form_tool()}), "POST /shop/v1/send", {kForm + "; charset=UTF-8"},
                    "amount=5&to=a+b%21&empty=");
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(asked.args(), R"({"amount":"5","to":"a b!","empty":""})");
}

TEST(RecogniseHttp, AFormWithTwoReadingsIsShownWithBothOrRefused) {
  const auto form = [](const std::string& body) {
    return Asked(plane({form_tool()}), "POST /shop/v1/send", {kForm}, body).args();
  };
  EXPECT_EQ(form("amount=5&to=x&amount=5000&amount=6"), R"({"amount":["5","5000","6"],"to":"x"})");
  EXPECT_EQ(form("amount=5&%61mount=5000"), R"({"amount":["5","5000"]})");
  for (const std::string body : {"_method=DELETE", "a=1&%5fmethod=PUT", "a=1&a=2&_method=DELETE",
                                 "_Method=DELETE", ".method=x", "a=%ff", "a=%00", "a=%4"}) {
    EXPECT_EQ(Asked(plane({form_tool()}), "POST /shop/v1/send", {kForm}, body).refused(), 400) << body;
  }
  const Asked utf16(plane({form_tool()}), "POST /shop/v1/send", {kForm + "; charset=utf-16"}, "amount=5");
  EXPECT_EQ(utf16.args(), "unreadable");
  // JSON where a form is expected, and the other way round.
  EXPECT_EQ(Asked(plane({form_tool()}), "POST /shop/v1/send", {kJson}, R"({"amount":5})").args(),
            "unreadable");
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {kForm}, "amount=5").args(), "unreadable");
}

TEST(RecogniseHttp, ArgumentsComeFromWhereTheToolMapsThem) {
  const auto snapshot = plane({tool("refund", "POST", "/v1/customers/{id}/refunds",
                                    {{"customer", "path.id"},
                                     {"amount", "body.money.amount"},
                                     {"currency", "body.currency"},
                                     {"mode", "query.mode"}})});
  const Asked asked(snapshot, "POST /shop/v1/customers/c%201/refunds?mode=fast", {kJson},
                    R"({"money":{"amount":5.10},"other":1})");
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(asked.args(), R"({"customer":"c 1","amount":5.10,"mode":"fast"})");
  const Asked text(snapshot, "POST /shop/v1/customers/1/refunds", {"Content-Type: text/plain"}, "x");
  EXPECT_EQ(text.args(), "unreadable");
}

// The form's members and the arguments made of them once shared one vector: the arguments overwrote the form.
TEST(RecogniseHttp, AMappedFormKeepsEveryField) {
  const Asked asked(plane({form_tool({{"to", "body.payee"},
                                      {"amount", "body.amount"},
                                      {"note", "body.note"},
                                      {"x", "body.missing"},
                                      {"again", "body.amount"},
                                      {"more", "body.payee"}})}),
                    "POST /shop/v1/send", {kForm}, "amount=5&note=n&payee=p");
  ASSERT_EQ(asked.why(), "");
  EXPECT_EQ(asked.args(), R"({"to":"p","amount":"5","note":"n","again":"5","more":"p"})");
  EXPECT_EQ(json::to_text(*asked.out.call.body), R"({"amount":"5","note":"n","payee":"p"})");
}

// Some servers read only the first thousand; and a body of nothing but names must not keep the loop.
TEST(RecogniseHttp, OfAFormOfMoreThanAThousandFieldsNothingIsKnown) {
  const auto snapshot = plane({form_tool({{"amount", "body.amount"}})});
  std::string body = "amount=5";
  for (int i = 1; i < 1000; ++i)
    body += fmt::format("&{:x}", i);
  const Asked most(snapshot, "POST /shop/v1/send", {kForm}, body);
  EXPECT_EQ(most.args(), R"({"amount":"5"})");
  const Asked more(snapshot, "POST /shop/v1/send", {kForm}, body + "&");
  EXPECT_EQ(more.out.call.args_state, Readable::unreadable);
  EXPECT_EQ(more.out.call.body_state, Readable::unreadable);
  const Asked semicolons(snapshot, "POST /shop/v1/send", {kForm}, "amount=5&a=" + std::string(1000, ';'));
  EXPECT_EQ(semicolons.out.call.args_state, Readable::unreadable);
}

// An escalated call's body was once recognised twice, and a form's names then all stood there already.
TEST(RecogniseHttp, TheSameBodyIsRecognisedAlikeAgain) {
  Asked asked(plane({form_tool()}), "POST /shop/v1/send", {kForm}, "amount=5&to=x");
  ASSERT_EQ(asked.why(), "");
  ASSERT_TRUE(recognise_body(asked.head, asked.body, asked.out));
  EXPECT_EQ(asked.args(), R"({"amount":"5","to":"x"})");
}

TEST(RecogniseHttp, AJsonBodyThatOverridesTheMethodIsRefused) {
  EXPECT_EQ(Asked(plane(), "POST /shop/v1/send", {kJson}, R"({"_method":"DELETE"})").refused(), 400);
}

// The README's rule against everything an agent may write into the amount.
TEST(RecogniseHttp, NoSpellingOfALargeAmountSlipsThrough) {
  const auto large = policy::is("args.amount", policy::Operator::gt, "100");
  const auto snapshot = test::snapshot(
      {test::shop({tool("send", "POST", "/v1/send")})},
      {policy::rule("shop.send", Effect::escalate, large), policy::rule("shop.send", Effect::allow)});
  const auto effect = [&](const std::string& body, const std::string& query = "", std::string type = kJson) {
    const Asked asked(snapshot, "POST /shop/v1/send" + query, {std::move(type)}, body);
    return asked.result ? snapshot->policy->decide(asked.out.call).effect : Effect::deny;
  };
  EXPECT_EQ(effect(R"({"amount":5})"), Effect::allow);
  EXPECT_EQ(effect(R"({"amount":100})"), Effect::allow);
  for (const std::string body :
       {R"({"amount":5000})", R"({"amount":"5000"})", R"({"amount":null})", "{}", R"({"amount":[5]})",
        R"({"x":{"amount":5}})", R"({"amount":{"value":5}})", R"({"amount":1e400})", R"({"amount":1e401})",
        R"({"amount":100.0000000000000000001})", R"({"amount":9007199254740993})",
        R"({"amount":5,"Amount":5000})", R"({"amount":5,"amoun\uff54":5000})", R"([{"amount":5}])",
        R"({"amount":5,"amount":5000})", "", "amount=5"}) {
    EXPECT_NE(effect(body), Effect::allow) << body;
  }
  EXPECT_NE(effect(R"({"amount":5})", "?amount=5000"), Effect::allow);
  EXPECT_NE(effect(R"({"amount":5})", "", "Content-Type: text/plain"), Effect::allow);
  EXPECT_NE(effect("amount=5", "", kForm), Effect::allow);
}

}  // namespace
}  // namespace holdfast::proxy
