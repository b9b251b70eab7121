// Where each field takes its value from.
#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

class Fields : public testing::Test {
 protected:
  Fields()
      : call_("{\"amount\":5,\"to\":{\"iban\":\"DE1\"}}",
              "{\"method\":\"tools/call\",\"params\":{\"n\":1}}") {
    call_.agent.id = "support-bot";
    call_.agent.trust_tier = 3;
    call_.agent.labels = {{"team", "support"}};
    call_.call.operation = "FINANCIAL";
    call_.call.sensitivity = "high";
    call_.call.method = "POST";
    call_.call.path = "/v1/send";
    call_.call.host = "crm.internal";
    call_.call.headers = headers_;
    call_.call.query = query_;
    call_.call.path_parameters = path_;
  }

  const Field headers_[5] = {
      {"x-env", "prod"}, {"x-twice", "a"}, {"x-twice", "a"}, {"x-bad", "a\xFF"}, {"x-nfd", "e\u0301"}};
  const Field query_[6] = {{"dry", "1"}, {"twice", "1"}, {"twice", "1"},
                           {"Kin", "1"}, {"mix", "1"},   {"MIX", "2"}};
  const Field path_[1] = {{"customer_id", "42"}};
  TestCall call_;
};

TEST_F(Fields, AreReadFromTheCall) {
  const std::pair<const char*, const char*> rows[] = {
      {"tool", "\"payment.send\""},
      {"upstream", "\"payment\""},
      {"operation", "\"FINANCIAL\""},
      {"operation_type", "\"FINANCIAL\""},
      {"args.amount", "5"},
      {"args.to.iban", "\"DE1\""},
      {"body.method", "\"tools/call\""},
      {"body.params.n", "1"},
      {"http.method", "\"POST\""},
      {"http.path", "\"/v1/send\""},
      {"http.host", "\"crm.internal\""},
      {"http.header.X-Env", "\"prod\""},
      {"http.header.x-env", "\"prod\""},
      {"http.query.dry", "\"1\""},
      {"query.dry", "\"1\""},
      {"path.customer_id", "\"42\""},
      {"agent.id", "\"support-bot\""},
      {"agent.trust_tier", "3"},
      {"trust_tier", "3"},
      {"agent.labels.team", "\"support\""},
      {"risk_level", "\"high\""},
  };
  for (const auto& [field, value] : rows) {
    EXPECT_EQ(says(is(field, eq, value), call_.call), Y) << field;
    EXPECT_EQ(says(is(field, exists, "true"), call_.call), Y) << field;
  }
}

TEST_F(Fields, ThatAreNotThereAreMissing) {
  for (const char* field : {"args.currency", "args.to.bic", "body.id", "http.header.x-none", "query.none",
                            "path.none", "agent.labels.none"}) {
    EXPECT_EQ(says(is(field, eq, "\"x\""), call_.call), U) << field;
    EXPECT_EQ(says(is(field, exists, "true"), call_.call), N) << field;
  }
  const TestCall bare;
  for (const char* field : {"args.amount", "body.x", "http.method", "http.path", "http.host"}) {
    EXPECT_EQ(says(is(field, eq, "\"x\""), bare.call), U) << field;
    EXPECT_EQ(says(is(field, exists, "true"), bare.call), N) << field;
  }
}

TEST_F(Fields, ThatReadersDisagreeOnAreUnknown) {
  for (const char* field : {"http.header.x-twice", "http.header.x-bad", "http.header.x-nfd", "query.twice",
                            "query.kin", "query.mix", "query.MIX"}) {
    EXPECT_EQ(says(is(field, eq, "\"a\""), call_.call), U) << field;
    EXPECT_EQ(says(is(field, exists, "true"), call_.call), U) << field;
  }
}

// CGI and its heirs read `_` as `-`, and join the two by a comma.
TEST_F(Fields, AHeaderThatSomeServerTakesForTheNamedOneIsNotAbsent) {
  for (const char* other : {"x_env", "X_Env", "x.env", "x_Env"}) {
    const Field alone[] = {{other, "prod"}};
    call_.call.headers = alone;
    EXPECT_EQ(says(is("http.header.X-Env", eq, "\"prod\""), call_.call), U) << other;
    EXPECT_EQ(says(is("http.header.X-Env", exists, "false"), call_.call), U) << other;
    const Field both[] = {{"x-env", "dev"}, {other, "prod"}};
    call_.call.headers = both;
    EXPECT_EQ(says(is("http.header.X-Env", eq, "\"dev\""), call_.call), U) << other;
    EXPECT_EQ(says(is("http.header.X-Other", exists, "false"), call_.call), Y) << other;
  }
}

TEST_F(Fields, AParameterThatSomeReaderTakesForTheNamedOneIsNotAbsent) {
  for (const char* other : {"[role]", "role[]", "role.x", " role", "ROLE"}) {
    const Field alone[] = {{other, "admin"}};
    call_.call.query = alone;
    EXPECT_EQ(says(is("query.role", exists, "false"), call_.call), U) << other;
    const Field both[] = {{"role", "user"}, {other, "admin"}};
    call_.call.query = both;
    EXPECT_EQ(says(is("http.query.role", eq, "\"user\""), call_.call), U) << other;
    EXPECT_EQ(says(is("query.user", exists, "false"), call_.call), Y) << other;
    EXPECT_EQ(says(is("args.amount", eq, "5"), call_.call), Y) << other;
  }
}

TEST_F(Fields, WhatOnlyWhoSeparatesBySemicolonsFindsIsUnknown) {
  const std::string_view found[] = {"a", "[role]"};
  call_.call.unclear_query = found;
  EXPECT_EQ(says(is("query.role", exists, "false"), call_.call), U);
  EXPECT_EQ(says(is("query.none", exists, "false"), call_.call), Y);
}

TEST_F(Fields, OfAFormAreNamedAsParameters) {
  const auto form = document(R"({"[role]":"admin","amount":"5","items[]":"1","user[name]":"x"})");
  call_.call.args = call_.call.body = &form.root();
  EXPECT_EQ(says(is("args.role", exists, "false"), call_.call), Y) << "in JSON it is another name";
  call_.call.form = true;
  for (const char* field :
       {"args.role", "body.role", "args.user.name", "body.user", "args.items", "args.items[*]"}) {
    EXPECT_EQ(says(is(field, exists, "false"), call_.call), U) << field;
    EXPECT_EQ(says(is(field, eq, "\"x\""), call_.call), U) << field;
  }
  EXPECT_EQ(says(is("args.amount", eq, "\"5\""), call_.call), Y);
  EXPECT_EQ(says(is("body.item", exists, "false"), call_.call), Y);
  const std::string_view twice[] = {"amount"};
  call_.call.unclear_form = twice;
  EXPECT_EQ(says(is("args.amount", eq, "\"5\""), call_.call), U);
  EXPECT_EQ(says(is("body.amount", eq, "\"5\""), call_.call), U);
}

TEST_F(Fields, ContestedArgumentsAreUnknownAndTheBodyIsNot) {
  const std::string_view contested[] = {"amount"};
  call_.call.contested_args = contested;
  EXPECT_EQ(says(is("args.amount", eq, "5"), call_.call), U);
  EXPECT_EQ(says(is("args.amount", exists, "true"), call_.call), U);
  EXPECT_EQ(says(is("args.to.iban", eq, "\"DE1\""), call_.call), Y);
  EXPECT_EQ(says(is("body.method", eq, "\"tools/call\""), call_.call), Y);
  for (const std::string_view other : {"AMOUNT", "[amount]", "amount[x]", " amount"}) {
    const std::string_view kin[] = {other};
    call_.call.contested_args = kin;
    EXPECT_EQ(says(is("args.amount", eq, "5"), call_.call), U) << other;
  }
}

TEST_F(Fields, FactsWeSupplyAreNeverUnknown) {
  Call call;
  call.tool = "payment.send";
  const std::pair<const char*, const char*> rows[] = {{"operation", "\"none\""},
                                                      {"agent.id", "\"anonymous\""},
                                                      {"trust_tier", "5"},
                                                      {"risk_level", "\"high\""}};
  for (const auto& [field, value] : rows)
    EXPECT_EQ(says(is(field, eq, value), call), Y) << field;
}

TEST_F(Fields, OfTheEnvironmentAreConstantsOfThePolicy) {
  const auto stage = [&](Operator op, std::string_view operand) {
    Options written = options({rule("*", deny, is("env.STAGE", op, operand))}, allow);
    written.env = {{"STAGE", "prod"}, {"EMPTY", ""}, {"NFD", "e\u0301"}};
    return compiled(std::move(written))->decide(call_.call).effect;
  };
  EXPECT_EQ(stage(eq, "\"prod\""), deny);
  EXPECT_EQ(stage(eq, "\"test\""), allow);
  EXPECT_EQ(stage(exists, "true"), deny);
  const auto mistake = [](const char* field, std::string_view operand) {
    Options written = options({rule("*", deny, is(field, eq, operand))});
    written.env = {{"STAGE", "prod"}, {"NFD", "e\u0301"}};
    return first_error(written);
  };
  EXPECT_NE(mistake("env.STAG", "\"x\"").find("did you mean `env.STAGE`?"), std::string::npos);
  EXPECT_NE(mistake("env.NFD", "\"x\"").find("the value of `env.NFD` is not text in Unicode's normal form C"),
            std::string::npos);
  EXPECT_NE(mistake("env.STAGE", "5").find("the field is text and is compared with a number"),
            std::string::npos);
}

TEST_F(Fields, TypesAreKnown) {
  EXPECT_EQ(says(is("trust_tier", lte, "2"), call_.call), N);
  EXPECT_EQ(says(is("trust_tier", in, "[1, 3]"), call_.call), Y);
  EXPECT_EQ(says(is("http.path", glob, "\"/v1/*\""), call_.call), Y);
  EXPECT_EQ(says(is("http.host", length, "12"), call_.call), Y);
}

}  // namespace
}  // namespace holdfast::policy
