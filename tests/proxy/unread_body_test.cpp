// What becomes of a body that no rule reads: a method override may stand in it (08-attacks "Policy").
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

const std::string kText = "Content-Type: text/plain";

// One rule, which reads no body.
std::shared_ptr<Snapshot> unread() {
  return test::snapshot({test::shop({tool("send", "POST", "/v1/send")})},
                        {policy::rule("shop.send", Effect::allow)});
}

// What becomes of the body of a call that is allowed without it.
std::string planned(std::shared_ptr<const Snapshot> snapshot, std::vector<std::string> headers) {
  Asked asked(std::move(snapshot), "POST /shop/v1/send", std::move(headers));
  EXPECT_EQ(asked.why(), "");
  EXPECT_FALSE(asked.out.needs_body) << "no rule asks for it";
  if (!plan_override_search(asked.head, asked.out)) return "refused";
  if (asked.out.needs_body) return "read whole";
  return asked.out.search_body ? "searched" : "let through";
}

TEST(UnreadBody, AMethodOverrideIsLookedForInBodiesThatNoRuleReads) {
  const std::string parts = "Content-Type: multipart/form-data; boundary=b";
  const std::string override_part =
      "--b\r\nContent-Disposition: form-data; name=_method\r\n\r\nDELETE\r\n--b--";
  const std::pair<std::string, std::string> rows[] = {{kForm, "a=1&_method=DELETE"},
                                                      {kForm + ", x", "a=1&_method=DELETE"},
                                                      {"X-No: type", "a=1&_method=DELETE"},
                                                      {kJson, R"({"_method":"DELETE"})"},
                                                      {kJson + "; charset=latin1", R"({"_method":"DELETE"})"},
                                                      {"Content-Type: text/json", R"({"_method":"DELETE"})"},
                                                      {parts, override_part}};
  for (const auto& [type, body] : rows) {
    EXPECT_EQ(planned(unread(), {type, "Content-Length: 5"}), "read whole") << type;
    EXPECT_EQ(planned(unread(), {type}), "let through") << type << ", no body";
    EXPECT_EQ(planned(unread(), {type, "Content-Length: 5", "Content-Encoding: gzip"}), "refused") << type;
    const Asked asked(unread(), "POST /shop/v1/send", {type}, body);
    EXPECT_EQ(asked.refused(), 400) << type;
    EXPECT_THAT(asked.why(), HasSubstr("_method"));
    auto kept = unread();
    kept->options.upstreams[0].keep_method_in_body = true;
    EXPECT_EQ(planned(kept, {type, "Content-Length: 5"}), "let through") << type;
    EXPECT_EQ(Asked(kept, "POST /shop/v1/send", {type}, body).why(), "") << type;
  }
}

// Express reads JSON in UTF-7, where `+AF8-` is `_`; Tomcat decodes a form as its charset says, wherever in
// the type it says it.
TEST(UnreadBody, NamesThatAnotherCharsetSpellsInAnotherWayAreRefused) {
  const std::string type = "Content-Type: ";
  for (const std::string& media : {"multipart/form-data; boundary=b", "Multipart/Form-Data; boundary=b",
                                   "application/json", "application/x-www-form-urlencoded"}) {
    for (const std::string& charset : {"charset=utf-16", "charset=utf-7", "Charset=\"IBM037\"",
                                       "charset=iso-2022-jp", "charset", "charset=utf-8; charset=utf-7",
                                       "charset*=utf-8''utf-7", "x=charset=utf-7", "x=\"charset=utf-8\""}) {
      EXPECT_EQ(planned(unread(), {type + media + "; " + charset, "Content-Length: 5"}), "refused")
          << media << "; " << charset;
    }
    for (const std::string& charset :
         {"charset=UTF-8", "charset=ISO-8859-1", "charset=windows-1252", "charset=latin1"})
      EXPECT_EQ(planned(unread(), {type + media + "; " + charset, "Content-Length: 5"}), "read whole")
          << media << "; " << charset;
  }
  EXPECT_EQ(planned(unread(), {kText + "; charset=utf-16", "Content-Length: 5"}), "let through");
  auto kept = unread();
  kept->options.upstreams[0].keep_method_in_body = true;
  EXPECT_EQ(planned(kept, {kJson + "; charset=utf-7", "Content-Length: 5"}), "let through");
  // Read by a rule or not.
  Asked read(test::snapshot({test::shop({tool("send", "POST", "/v1/send")})},
                            {policy::rule("shop.send", Effect::allow)}),
             "POST /shop/v1/send", {kJson + "; charset=utf-7", "Content-Length: 5"});
  read.out.needs_body = true;
  EXPECT_FALSE(plan_override_search(read.head, read.out));
}

TEST(UnreadBody, WhatMayBeReadInTwoWaysIsSearchedInBoth) {
  const std::string form_in_json = R"({"x":"&_method=DELETE&"})";
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send", {kJson}, form_in_json).why(), "");
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send", {kJson + "; x=y"}, form_in_json).why(), "");
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send", {kJson + "; x=urlencoded"}, form_in_json).refused(), 400);
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send", {kForm}, "a=1;_method=DELETE").refused(), 400);
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send?a=1;_method=DELETE").refused(), 400);
  EXPECT_EQ(Asked(unread(), "POST /shop/v1/send?a=1;method=DELETE").why(), "");
}

TEST(UnreadBody, ABodyThatIsTooLargeToBeReadForThatIsSearchedAsItStreams) {
  const auto snapshot = unread();
  snapshot->options.limits.body = 4;
  for (const std::string& framing : {"Transfer-Encoding: chunked", "Content-Length: 5"}) {
    for (const std::string& type :
         {kJson, std::string("Content-Type: multipart/form-data; boundary=b"), std::string("X-No: type")})
      EXPECT_EQ(planned(snapshot, {type, framing}), "searched") << type;
    EXPECT_EQ(planned(snapshot, {kText, framing}), "let through");
    EXPECT_EQ(planned(snapshot, {kForm, framing}), "read whole");
    EXPECT_EQ(planned(snapshot, {"Content-Type: Application/X-WWW-Form-Urlencoded", framing}), "read whole");
  }
}

// Two rules, of which only the one in shadow reads a body.
std::shared_ptr<Snapshot> shadowed() {
  policy::Rule rule =
      policy::rule("shop.send", Effect::deny, policy::is("args.amount", policy::Operator::gt, "5"), "s");
  rule.shadow = true;
  return test::snapshot({test::shop({tool("send", "POST", "/v1/send")})},
                        {rule, policy::rule("shop.send", Effect::allow)});
}

std::string shadow_of(const Asked& asked) {
  const Decision decision = asked.out.snapshot->policy->decide(asked.out.call);
  EXPECT_EQ(decision.effect, Effect::allow);
  return decision.shadow ? std::string(decision.shadow->rule) : "";
}

TEST(ShadowedBody, IsReadWhenItCanBe) {
  const Asked large(shadowed(), "POST /shop/v1/send", {kJson}, R"({"amount":6})");
  EXPECT_TRUE(large.out.needs_body);
  EXPECT_EQ(shadow_of(large), "s");
  EXPECT_EQ(shadow_of(Asked(shadowed(), "POST /shop/v1/send", {kJson}, R"({"amount":5})")), "");
}

TEST(ShadowedBody, IsUnknownToTheRuleAndNotRefusedWhenItCannot) {
  for (const std::string body : {"{", "[1]", "{\"a\":1,\"a\":2}"}) {
    const Asked asked(shadowed(), "POST /shop/v1/send", {kJson}, body);
    EXPECT_EQ(asked.why(), "") << body;
    EXPECT_EQ(shadow_of(asked), "s") << body;
  }
  const Asked encoded(shadowed(), "POST /shop/v1/send",
                      {kJson, "Content-Encoding: gzip", "Content-Length: 20"});
  EXPECT_EQ(encoded.why(), "");
  EXPECT_FALSE(encoded.out.needs_body);
  EXPECT_EQ(shadow_of(encoded), "s");
  auto small = shadowed();
  small->options.limits.body = 10;
  const Asked long_one(small, "POST /shop/v1/send", {kJson, "Content-Length: 11"});
  EXPECT_FALSE(long_one.out.needs_body);
  EXPECT_EQ(shadow_of(long_one), "s");
  EXPECT_FALSE(Asked(shadowed(), "POST /shop/v1/send", {kJson, "Transfer-Encoding: chunked"}).out.needs_body);
}

TEST(ShadowedBody, IsLookedAtForAMethodOverrideAsWithoutTheRule) {
  for (const std::string& type : {kJson, kForm}) {
    const std::string body = type == kJson ? R"({"_method":"DELETE"})" : "a=1&_method=DELETE";
    Asked asked(shadowed(), "POST /shop/v1/send", {type}, body);
    EXPECT_EQ(asked.why(), "");
    ASSERT_TRUE(asked.out.set_aside) << type;
    EXPECT_THAT(asked.out.set_aside->detail, HasSubstr("_method"));
    ASSERT_TRUE(plan_override_search(asked.head, asked.out));
    EXPECT_TRUE(asked.out.needs_body) << "so whoever sends it finds what was set aside";
  }
}

}  // namespace
}  // namespace holdfast::proxy
