// What path, query and body say of one name (02-policy): servers that read them as one choose as they like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kForm;
using test::kJson;
using test::tool;

const std::string kText = "Content-Type: text/plain";

// One tool, which is allowed when the field is this text; what the body tells is judged with it.
std::shared_ptr<Snapshot> allows(const char* field, const char* value, Tool listed) {
  return test::snapshot(
      {test::shop({std::move(listed)})},
      {policy::rule("shop.put", Effect::allow, policy::is(field, policy::Operator::eq, value))});
}

Tool put(bool form = false) {
  Tool put = tool("put", "PUT", "/p/{id}");
  put.form_body = form;
  return put;
}

// `-`: refused, not judged.
std::string effect(std::shared_ptr<Snapshot> snapshot, const std::string& target,
                   std::vector<std::string> headers = {}, const std::string& body = "") {
  const Asked asked(snapshot, "PUT /shop" + target, std::move(headers), body);
  if (asked.refused() != 0) return "-";
  return std::string(to_string(snapshot->policy->decide(asked.out.call).effect));
}

TEST(Contested, AQueryParameterByTheBody) {
  for (const bool form : {false, true}) {
    const auto snapshot = allows("http.query.role", "\"user\"", put(form));
    const auto by = [&](const std::string& type, const std::string& body) {
      return effect(snapshot, "/p/1?role=user", {type}, body);
    };
    EXPECT_EQ(effect(snapshot, "/p/1?role=user"), "allow");
    for (const char* body : {"role=admin", "[role]=admin", "role[]=user", "Role=admin", "role=user&role=user",
                             "a=1;role=admin", "?role=admin"})
      EXPECT_EQ(by(kForm, body), "deny") << body;
    for (const char* body : {"role=user", "Role=user", "a=1&b=2", "roles=admin", "id=7"})
      EXPECT_EQ(by(kForm, body), "allow") << body;
    EXPECT_EQ(by("Content-Type: multipart/form-data; boundary=b", "--b--"), "deny") << "is not read";
    EXPECT_EQ(by("X-No: type", "role=admin"), "deny");
    EXPECT_EQ(by(kText, "role=admin"), "allow") << "nobody takes parameters from it";
  }
  const auto snapshot = allows("query.role", "\"user\"", put());
  EXPECT_EQ(effect(snapshot, "/p/1?role=user", {kJson + "; x=y"}, R"({"x":"&role=admin&"})"), "allow");
  EXPECT_EQ(effect(snapshot, "/p/1?role=user", {kJson + "; x=urlencoded"}, R"({"x":"&role=admin&"})"), "deny")
      << "a form to some";
  const auto by = [&](const char* body) { return effect(snapshot, "/p/1?role=user", {kJson}, body); };
  for (const char* body : {R"({"role":"admin"})", R"({"role":["user"]})", R"({"role":null})",
                           R"({"ROLE":"admin"})", R"({"role[]":"admin"})", R"({"\uff52ole":"admin"})"})
    EXPECT_EQ(by(body), "deny") << body;
  for (const char* body : {R"({"role":"user"})", R"({"user":{"role":"admin"}})", "[]", R"({"n":5})"})
    EXPECT_EQ(by(body), "allow") << body;
}

TEST(Contested, APathsVariableByQueryAndBody) {
  const auto snapshot = allows("path.id", "\"5\"", put());
  EXPECT_EQ(effect(snapshot, "/p/5"), "allow");
  for (const char* query : {"?id=6", "?[id]=6", "?id[]=5", "?a=1;id=6", "?ID=6", "?id=5&id=6"})
    EXPECT_EQ(effect(snapshot, std::string("/p/5") + query), "deny") << query;
  EXPECT_EQ(effect(snapshot, "/p/5?id=5&page=2"), "allow");
  for (const char* body : {R"({"id":6})", R"({"id":"6"})", R"({"Id":6})", R"({"id":[5]})", R"({"id":5.0})"})
    EXPECT_EQ(effect(snapshot, "/p/5", {kJson}, body), "deny") << body;
  for (const char* body : {R"({"id":5,"name":"x"})", R"({"Id":"5"})", R"({"name":"x"})"})
    EXPECT_EQ(effect(snapshot, "/p/5", {kJson}, body), "allow") << body;
}

TEST(Contested, AMemberOfTheBodyByPathAndQuery) {
  const auto snapshot = allows("body.id", "\"5\"", put());
  EXPECT_EQ(effect(snapshot, "/p/5", {kJson}, R"({"id":"5"})"), "allow");
  EXPECT_EQ(effect(snapshot, "/p/5?id=5", {kJson}, R"({"id":"5"})"), "allow");
  EXPECT_EQ(effect(snapshot, "/p/5?id=6", {kJson}, R"({"id":"5"})"), "deny");
  EXPECT_EQ(effect(snapshot, "/p/6", {kJson}, R"({"id":"5"})"), "deny");
  const auto deep = allows("body.to.iban", "\"DE\"", put());
  EXPECT_EQ(effect(deep, "/p/1", {kJson}, R"({"to":{"iban":"DE"}})"), "allow");
  EXPECT_EQ(effect(deep, "/p/1?to[iban]=X", {kJson}, R"({"to":{"iban":"DE"}})"), "deny");
}

TEST(Contested, AnArgumentThatIsMappedFromQueryOrPathByTheBody) {
  Tool mapped = put(true);
  mapped.args = {{"q", "query.role"}, {"at", "path.id"}};
  for (const auto& [field, value] : {std::pair("args.q", "\"user\""), std::pair("args.at", "\"5\"")}) {
    const auto snapshot = allows(field, value, mapped);
    EXPECT_EQ(effect(snapshot, "/p/5?role=user", {kForm}, "x=1"), "allow") << field;
    EXPECT_EQ(effect(snapshot, "/p/5?role=user", {kForm}, "role=user&id=5"), "allow") << field;
    EXPECT_EQ(effect(snapshot, "/p/5?role=user", {kForm}, "role=admin&id=6"), "deny") << field;
  }
}

// What is not there is said otherwise by who has it; but a path's variable is the template's, not the
// agent's.
TEST(Contested, WhatIsMissingInOnePlaceByAnother) {
  const auto absent = [](const char* field) {
    return test::snapshot(
        {test::shop({put()})},
        {policy::rule("shop.put", Effect::allow, policy::is(field, policy::Operator::exists, "false"))});
  };
  EXPECT_EQ(effect(absent("query.force"), "/p/5", {kJson}, R"({"force":true})"), "deny");
  EXPECT_EQ(effect(absent("query.force"), "/p/5", {kJson}, R"({"__proto__":{"force":true}})"), "deny");
  EXPECT_EQ(effect(absent("query.force"), "/p/5", {kJson}, R"({"x":1})"), "allow");
  EXPECT_EQ(effect(absent("body.force"), "/p/5?force=1", {kJson}, "{}"), "deny");
  EXPECT_EQ(effect(absent("body.force"), "/p/5", {kJson}, "{}"), "allow");
  EXPECT_EQ(effect(absent("body.id"), "/p/5", {kJson}, "{}"), "allow");
  EXPECT_EQ(effect(absent("query.id"), "/p/5"), "allow");
  EXPECT_EQ(effect(absent("path.other"), "/p/5?other=1"), "allow");
}

TEST(Contested, ABodyIsReadForItOnlyWhenSomeoneMayTakeParametersFromIt) {
  auto snapshot = allows("path.id", "\"5\"", put());
  const auto needs = [&](std::vector<std::string> headers) {
    const Asked asked(snapshot, "PUT /shop/p/5", std::move(headers));
    EXPECT_EQ(asked.why(), "");
    return asked.out.needs_body;
  };
  EXPECT_FALSE(needs({}));
  EXPECT_FALSE(needs({kJson})) << "no body";
  EXPECT_FALSE(needs({"Content-Length: 0"}));
  EXPECT_TRUE(needs({"Transfer-Encoding: chunked"})) << "whether there is any";
  for (const char* framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
    EXPECT_TRUE(needs({kJson, framing}));
    EXPECT_TRUE(needs({kForm, framing}));
    EXPECT_FALSE(needs({"Content-Type: application/octet-stream", framing}));
    EXPECT_FALSE(needs({"Content-Type: multipart/form-data; boundary=b", framing}));
    EXPECT_FALSE(needs({kJson, framing, "Content-Encoding: gzip"}));
  }
  const auto head_only = [&](std::vector<std::string> headers) {
    return effect(snapshot, "/p/5", std::move(headers));
  };
  EXPECT_EQ(head_only({"Content-Type: application/octet-stream", "Content-Length: 5000"}), "allow")
      << "it streams";
  EXPECT_EQ(head_only({"Content-Type: multipart/form-data; boundary=b", "Content-Length: 5"}), "deny");
  EXPECT_EQ(head_only({kJson, "Content-Length: 5", "Content-Encoding: gzip"}), "deny");
  EXPECT_EQ(head_only({"Content-Length: 0"}), "allow");
  EXPECT_EQ(head_only({"Transfer-Encoding: chunked"}), "allow") << "and was empty";
  snapshot->options.limits.body = 4;
  EXPECT_FALSE(needs({kJson, "Content-Length: 5"}));
  EXPECT_EQ(head_only({kJson, "Content-Length: 5"}), "deny");
}

TEST(Contested, ARuleInShadowReadsTheBodyOnlyWhenItCanBe) {
  policy::Rule rule =
      policy::rule("shop.put", Effect::deny, policy::is("query.role", policy::Operator::ne, "\"user\""), "s");
  rule.shadow = true;
  const auto snapshot =
      test::snapshot({test::shop({put()})}, {rule, policy::rule("shop.put", Effect::allow)});
  const auto shadow = [&](const std::string& body) {
    const Asked asked(snapshot, "PUT /shop/p/5?role=user", {kJson}, body);
    const Decision decision = snapshot->policy->decide(asked.out.call);
    EXPECT_EQ(decision.effect, Effect::allow);
    return decision.shadow.has_value();
  };
  EXPECT_FALSE(shadow(R"({"role":"user"})"));
  EXPECT_TRUE(shadow(R"({"role":"admin"})"));
  EXPECT_TRUE(shadow("{")) << "unknown, and not refused";
}

}  // namespace
}  // namespace holdfast::proxy
