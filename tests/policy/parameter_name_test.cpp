// Spellings of a parameter's name that some reader of queries and forms takes for it. Who reads what: qs and
// querystring run in tests/scenarios/parameters.mjs; the others are as their sources have it.
#include "policy/parameter_name.hpp"

#include <gtest/gtest.h>

#include "policy/names.hpp"

namespace holdfast::policy {
namespace {

struct Row {
  std::string wanted, given;
  bool may_be;
};

void expect(std::initializer_list<Row> rows) {
  for (const Row& row : rows)
    EXPECT_EQ(Name(row.wanted).may_be_parameter(row.given), row.may_be) << row.wanted << " as " << row.given;
}

TEST(ParameterNames, InBracketsAreTheNameToQsAndRack) {
  expect({{"role", "role", true},
          {"role", "[role]", true},
          {"role", "[role", true},
          {"role", "]role]", true},
          {"role", "[[role]]", true},
          {"user[role]", "[user][role]", true},
          {"role", "user[role]", false},
          {"role", "[]role", true},
          {"role", "[rolex]", false}});
}

// `$_GET['user_id']` (php_register_variable_ex): leading spaces are dropped, then a space, a dot and a
// bracket that is not closed become `_`.
TEST(ParameterNames, WithMarksForUnderscoresAreTheNameToPhp) {
  expect({{"role", " role", true},
          {"role", "  role", true},
          {"user_id", "user.id", true},
          {"user_id", "user id", true},
          {"user_id", "user[id", true},
          {"user.id", "user_id", true},
          {"_id", ".id", true},
          {"_id", "[id", true},
          {"__id", "._id", true},
          {"__id", "..id", true},
          {"user_id", "userid", false},
          {"userid", "user_id", false},
          {"_id", "id", false},
          {"id", "_id", false},
          {"__id", "_id", false},
          {"__id", ".id", false}});
}

TEST(ParameterNames, ThatGoOnAreAPartOfTheNamed) {
  expect({{"role", "role[]", true},          // a list: qs, Rack, PHP
          {"role", "role[0]", true},         //
          {"user", "user[role]", true},      // an object
          {"user", "user.role", true},       // Spring, ASP.NET
          {"expires", "expires(1i)", true},  // Rails: the parts of a date
          {"role", "role:default", true},    // Zope: converters
          {"role", "!role", true},           // Spring: a default
          {"role", "?role", true},           // URLSearchParams, of a whole text
          {"?role", "role", true},           //
          {"role", "role ", true},           //
          {"items[]", "items", true},        //
          {"items[]", "items[0]", true},     //
          {"filter[status]", "filter.status", true},
          {"filter[status]", "filter[status][]", true},
          {"filter[a][b]", "filter.a.b", true},
          {"!role", "[role]", true},
          {"filter[status]", "filter[x]", false},
          {"filter[status]", "filter", false},
          {"role", "roles", false},
          {"role", "roles[]", false},
          {"role", "role_id", false},
          {"role", "role-id", false},
          {"role", "role x", false},
          {"role", "rol", false},
          {"role", "", false},
          {"role", "[]", false}});
}

TEST(ParameterNames, InAnotherCaseOrWidthAreTheNameToo) {
  expect({{"role", "[Role]", true},
          {"role", "ROLE[]", true},
          {"role", "\uff52ole[0]", true},
          {"role", "ro\u00adle.x", true},
          {"role", "[ro\xff", true},
          {"role", "x\xff", false},
          {"gr\u00f6\u00dfe", "[GR\u00d6SSE]", true},
          {"gr\u00f6\u00dfe", "gr\u00f6\u00dfen", false},
          {"role", "ro\x01le", true},
          {"role", std::string("role\0x", 6), true},
          {"role", "r\u00f6le", false}});
}

TEST(ParameterNames, OfNothingButMarksAreTold) {
  expect({{"_", "_", true}, {"_", ".", true}, {"_", "__", false}, {"_", "_x", false}, {"x", "_", false}});
}

}  // namespace
}  // namespace holdfast::policy
