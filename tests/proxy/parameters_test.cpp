// Parameters in spellings that some reader takes for the name a rule reads, from the bytes of a request to
// its decision. The spellings are in tests/policy/parameter_name_test.cpp.
#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using test::kForm;
using test::tool;

Tool form_tool() {
  Tool form = tool("send", "POST", "/v1/send");
  form.form_body = true;
  return form;
}

// What a rule says of `name` in this form; the rule allows what is certainly as it should be.
Effect of_form(const char* field, const char* value, const std::string& body) {
  const auto as_it_should_be = *value == '\0' ? policy::is(field, policy::Operator::exists, "false")
                                              : policy::is(field, policy::Operator::eq, value);
  const auto snapshot = test::snapshot({test::shop({form_tool()})},
                                       {policy::rule("shop.send", Effect::allow, as_it_should_be)});
  const Asked asked(snapshot, "POST /shop/v1/send", {kForm}, body);
  EXPECT_EQ(asked.why(), "") << body;
  return snapshot->policy->decide(asked.out.call).effect;
}

TEST(Parameters, AFieldOfAFormThatAReaderFindsSpeltOtherwiseIsNotAbsent) {
  for (const char* field : {"args.role", "body.role"}) {
    for (const char* other :
         {"[role]=admin", "%5Brole%5D=admin", "role[]=admin", "role[0]=admin", "role.x=admin", "+role=admin",
          "Role=admin", "a=1;role=admin", "a=1;+[role]=admin"}) {
      EXPECT_EQ(of_form(field, "", std::string("x=1&") + other), Effect::deny) << field << " " << other;
      EXPECT_EQ(of_form(field, "\"user\"", std::string("role=user&") + other), Effect::deny) << other;
    }
    EXPECT_EQ(of_form(field, "\"user\"", "role=user;x=1"), Effect::deny);
    EXPECT_EQ(of_form(field, "\"user\"", "role=user&role=user"), Effect::deny);
    EXPECT_EQ(of_form("args.user.role", "", "user[role]=admin"), Effect::deny);
  }
}

TEST(Parameters, WhatARuleDoesNotReadOfAFormChangesNothing) {
  for (const char* other : {"items[]=1&items[]=2", "a=1&a=2", "user[role]=admin", "roles=x", "role_id=7",
                            "x=role=admin", "note=a;b", "note=a%3Brole=admin", "[x]=1", "_role=x"})
    EXPECT_EQ(of_form("args.role", "\"user\"", std::string("role=user&") + other), Effect::allow) << other;
}

TEST(Parameters, AParameterThatAReaderFindsSpeltOtherwiseIsNotAbsent) {
  const auto effect = [](const std::string& query) {
    const auto user = policy::is("http.query.role", policy::Operator::eq, "\"user\"");
    const auto snapshot = test::snapshot({test::shop({tool("list", "GET", "/v1/list")})},
                                         {policy::rule("shop.list", Effect::allow, user)});
    const Asked asked(snapshot, "GET /shop/v1/list?" + query);
    EXPECT_EQ(asked.why(), "") << query;
    return snapshot->policy->decide(asked.out.call).effect;
  };
  for (const char* query : {"role=user", "role=user&items[]=1&items[]=2", "role=user&note=a;b",
                            "role=user&x=%3Brole=admin", "role=user&user.role=x", "role=user&_role=x"})
    EXPECT_EQ(effect(query), Effect::allow) << query;
  for (const char* query :
       {"role=user&[role]=admin", "role=user&role[]=admin", "role=user&+role=admin", "role=user;role=admin",
        "role=user&a=1;role=admin", "a;role=user", "role=user;x", "role=user&role.x=1"})
    EXPECT_EQ(effect(query), Effect::deny) << query;
}

}  // namespace
}  // namespace holdfast::proxy
