// Arguments that a tool maps from path, query and body, and that the query says in another way (02-policy).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kJson;
using test::tool;

std::shared_ptr<Snapshot> plane(std::vector<Tool> tools = {tool("send", "POST", "/v1/send")}) {
  return test::snapshot({test::shop(std::move(tools))});
}

std::vector<std::string> contested(const Asked& asked) {
  return {asked.out.call.contested_args.begin(), asked.out.call.contested_args.end()};
}

TEST(RecogniseHttp, AnArgumentThatStandsInTheQueryTooIsContested) {
  const Asked asked(plane(), "POST /shop/v1/send?amount=5000", {kJson}, R"({"amount":5})");
  EXPECT_THAT(contested(asked), testing::ElementsAre("amount"));
  const auto mapped =
      plane({tool("send", "POST", "/v1/send",
                  {{"amount", "body.amount"}, {"mode", "query.mode"}, {"to", "query.payee"}})});
  EXPECT_THAT(contested(Asked(mapped, "POST /shop/v1/send?amount=5000&mode=x", {kJson}, "{}")),
              testing::ElementsAre("amount"));
  EXPECT_THAT(contested(Asked(mapped, "POST /shop/v1/send?mode=x&payee=y", {kJson}, "{}")),
              testing::ElementsAre("payee"));
  // Mapped from the query, but from elsewhere in it.
  EXPECT_THAT(contested(Asked(mapped, "POST /shop/v1/send?to=x", {kJson}, "{}")), testing::ElementsAre("to"));
}

// What a tool calls `to` its server looks for as `payee`, in the query as well (Flask, PHP, Rails), and so it
// is that name which has two readings.
TEST(RecogniseHttp, AnArgumentOfAnotherNameIsContestedByTheNameOfItsSource) {
  const auto mapped =
      plane({tool("send", "POST", "/v1/{acct}/send",
                  {{"to", "body.payee"}, {"iban", "body.bank.iban"}, {"from", "path.acct"}})});
  const auto by = [&](const std::string& query, const std::string& body = R"({"payee":"acme"})") {
    return contested(Asked(mapped, "POST /shop/v1/a1/send" + query, {kJson}, body));
  };
  EXPECT_THAT(by(""), testing::IsEmpty());
  EXPECT_THAT(by("?trace=1&payees=x&items[]=1"), testing::ElementsAre("trace", "payees", "items[]"));
  EXPECT_THAT(by("?payee=acme"), testing::ElementsAre("payee", "to"));
  EXPECT_THAT(by("?[payee]=EVIL"), testing::ElementsAre("[payee]", "to"));
  EXPECT_THAT(by("?x=1;payee=EVIL"), testing::ElementsAre("x", "x", "payee", "to"));
  EXPECT_THAT(by("?bank[iban]=EVIL"), testing::ElementsAre("bank[iban]", "iban"));
  EXPECT_THAT(by("?acct=EVIL"), testing::ElementsAre("acct", "from"));
}

// To Rails the path's parameter goes before the body's.
TEST(RecogniseHttp, AnArgumentFromTheBodyIsContestedByAPathThatSaysOtherwise) {
  const auto mapped = plane({tool("send", "POST", "/v1/{payee}/send", {{"to", "body.payee"}})});
  const auto by = [](const auto& snapshot, const std::string& body) {
    return contested(Asked(snapshot, "POST /shop/v1/EVIL/send", {kJson}, body));
  };
  EXPECT_THAT(by(mapped, R"({"payee":"acme"})"), testing::ElementsAre("to"));
  EXPECT_THAT(by(mapped, "{}"), testing::ElementsAre("to"));
  EXPECT_THAT(by(mapped, R"({"payee":"EVIL"})"), testing::IsEmpty());
  const auto unmapped = plane({tool("send", "POST", "/v1/{to}/send")});
  EXPECT_THAT(by(unmapped, R"({"to":"acme"})"), testing::ElementsAre("to"));
  EXPECT_THAT(by(unmapped, R"({"to":["EVIL"]})"), testing::ElementsAre("to"));
  EXPECT_THAT(by(unmapped, R"({"to":"EVIL"})"), testing::IsEmpty());
  EXPECT_THAT(by(unmapped, R"({"amount":5})"), testing::IsEmpty());
}

// A mapping once looked members up by exact name, and lost every doubt about the body on the way.
TEST(RecogniseHttp, AMappedArgumentIsAsDoubtfulAsItsSource) {
  const auto mapped = plane({tool("send", "POST", "/v1/send", {{"amount", "body.pay.amount"}})});
  for (const char* body : {
           R"({"pay":{"amount":5,"Amount":5000}})",
           R"({"pay":{"amount":5,"\uff41mount":5000}})",
           R"({"pay":{"Amount":5000}})",
           R"({"Pay":{"amount":5000}})",
           R"({"pay":"{\"amount\":5000}"})",
           R"({"pay":null})",
       }) {
    EXPECT_THAT(contested(Asked(mapped, "POST /shop/v1/send", {kJson}, body)), testing::ElementsAre("amount"))
        << body;
  }
  const Asked plain(mapped, "POST /shop/v1/send", {kJson}, R"({"pay":{"amount":5,"memo":"x"}})");
  EXPECT_THAT(contested(plain), testing::IsEmpty());
  EXPECT_EQ(plain.args(), R"({"amount":5})");
  const Asked missing(mapped, "POST /shop/v1/send", {kJson}, R"({"pay":{}})");
  EXPECT_THAT(contested(missing), testing::IsEmpty());
  EXPECT_EQ(missing.args(), "{}");
}

// A length is no value that could stand as an argument; it was once taken for missing.
TEST(RecogniseHttp, AMappedLengthIsUnknownAndNotMissing) {
  const auto mapped = plane({tool("send", "POST", "/v1/send", {{"n", "body.items.length"}})});
  EXPECT_THAT(contested(Asked(mapped, "POST /shop/v1/send", {kJson}, R"({"items":[1,2,3]})")),
              testing::ElementsAre("n"));
}

TEST(RecogniseHttp, AMappedParameterThatStandsTwiceIsUnknownAndNotMissing) {
  const auto absent = policy::is("args.force", policy::Operator::exists, "false");
  const auto snapshot =
      test::snapshot({test::shop({tool("send", "POST", "/v1/send", {{"force", "query.force"}})})},
                     {policy::rule("shop.send", Effect::allow, absent)});
  const auto effect = [&](const std::string& query) {
    const Asked asked(snapshot, "POST /shop/v1/send" + query);
    EXPECT_EQ(asked.why(), "");
    return snapshot->policy->decide(asked.out.call).effect;
  };
  EXPECT_EQ(effect(""), Effect::allow);
  EXPECT_EQ(effect("?force=1"), Effect::deny);
  EXPECT_EQ(effect("?force=1&force=1"), Effect::deny);
}

// As `config/openapi` makes them: PUT /users/{id}?mode= with a body of `name` and `id`.
Tool described(std::vector<std::pair<std::string, std::string>> args, std::vector<std::string> unclear = {}) {
  Tool put = tool("put", "PUT", "/users/{id}", std::move(args));
  put.imported = true;
  put.unclear_args = std::move(unclear);
  return put;
}

TEST(RecogniseHttp, WhatADocumentDoesNotSayOfABodyIsAnArgumentAllTheSame) {
  const auto snapshot =
      plane({described({{"id", "path.id"}, {"mode", "query.mode"}, {"name", "body.name"}})});
  const Asked asked(snapshot, "PUT /shop/users/7?mode=x", {kJson}, R"({"admin":true,"name":"a"})");
  EXPECT_EQ(asked.args(), R"({"id":"7","mode":"x","admin":true,"name":"a"})");
  EXPECT_THAT(contested(asked), testing::IsEmpty());
  EXPECT_EQ(Asked(snapshot, "PUT /shop/users/7").args(), R"({"id":"7"})");
}

TEST(RecogniseHttp, AMemberThatIsCalledAsAnArgumentFromElsewhereIsContested) {
  const auto snapshot =
      plane({described({{"id", "path.id"}, {"mode", "query.mode"}, {"name", "body.name"}})});
  const Asked asked(snapshot, "PUT /shop/users/7?mode=x", {kJson}, R"({"id":"8","mode":"y","name":"a"})");
  EXPECT_THAT(contested(asked), testing::ElementsAre("id", "mode"));
  EXPECT_EQ(asked.args(), R"({"id":"7","mode":"x","name":"a"})");
}

TEST(RecogniseHttp, AnUnclearArgumentIsUnknownWhateverTheRequestHas) {
  const auto allow = policy::is("args.id", policy::Operator::eq, "\"7\"");
  const auto absent = policy::is("args.id", policy::Operator::exists, "false");
  for (const auto& condition : {allow, absent}) {
    const auto snapshot = test::snapshot({test::shop({described({{"name", "body.name"}}, {"id"})})},
                                         {policy::rule("shop.put", Effect::allow, condition)});
    for (const char* body : {R"({"id":"7","name":"a"})", R"({"name":"a"})", ""}) {
      const Asked asked(snapshot, "PUT /shop/users/7", {kJson}, body);
      EXPECT_EQ(asked.why(), "");
      EXPECT_EQ(snapshot->policy->decide(asked.out.call).effect, Effect::deny) << body;
    }
  }
}

TEST(RecogniseHttp, ABodyThatIsNoObjectHidesTheArgumentsOfADescribedTool) {
  const auto snapshot = plane({described({{"id", "path.id"}})});
  EXPECT_EQ(Asked(snapshot, "PUT /shop/users/7", {kJson}, "[1]").args(), "unreadable");
  EXPECT_EQ(Asked(snapshot, "PUT /shop/users/7", {"Content-Type: text/plain"}, "admin=true").args(),
            "unreadable");
}

}  // namespace
}  // namespace holdfast::proxy
