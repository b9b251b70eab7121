// Three-valued logic and the items of arrays.
#include <gtest/gtest.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

// A condition that says the given truth of the call below.
Condition saying(Truth truth) {
  if (truth == U) return is("args.absent", eq, "1");
  return is("args.one", eq, truth == Y ? "1" : "2");
}
const TestCall& one() {
  static const TestCall call("{\"one\":1}");
  return call;
}

TEST(Kleene, TablesOfAllAnyAndNot) {
  struct Row {
    Truth a, b, all, any;
  };
  const Row rows[] = {
      {Y, Y, Y, Y}, {Y, U, U, Y}, {Y, N, N, Y}, {U, Y, U, Y}, {U, U, U, U},
      {U, N, N, U}, {N, Y, N, Y}, {N, U, N, U}, {N, N, N, N},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(says(all({saying(row.a), saying(row.b)}), one().call), row.all) << row.a << " and " << row.b;
    EXPECT_EQ(says(any({saying(row.a), saying(row.b)}), one().call), row.any) << row.a << " or " << row.b;
    EXPECT_EQ(both(row.a, row.b), row.all);
    EXPECT_EQ(either(row.a, row.b), row.any);
  }
  EXPECT_EQ(says(no(saying(Y)), one().call), N);
  EXPECT_EQ(says(no(saying(N)), one().call), Y);
  EXPECT_EQ(says(no(saying(U)), one().call), U);
}

TEST(Kleene, NestedConditionsKeepTheirPlaces) {
  const auto nested = [](Truth a, Truth b, Truth c) {
    return all(
        {any({saying(a), no(saying(b))}), any({no(all({saying(c), saying(Y)})), saying(N)}), saying(Y)});
  };
  for (const Truth a : {Y, U, N}) {
    for (const Truth b : {Y, U, N}) {
      for (const Truth c : {Y, U, N}) {
        const Truth expected = both(either(a, opposite(b)), opposite(c));
        EXPECT_EQ(says(nested(a, b, c), one().call), expected) << a << b << c;
      }
    }
  }
}

TEST(Kleene, AnEmptyAllIsTrue) {
  EXPECT_EQ(says(all({}), one().call), Y);
}

struct ItemsRow {
  const char* args;
  Truth bare, any_of, all;
};

// prices over 100?
TEST(Items, CombineAsAsked) {
  const ItemsRow rows[] = {
      {"{\"items\":[{\"price\":200},{\"price\":300}]}", Y, Y, Y},
      {"{\"items\":[{\"price\":5},{\"price\":6}]}", N, N, N},
      {"{\"items\":[{\"price\":5},{\"price\":200}]}", U, Y, N},
      {"{\"items\":[{\"price\":200},{\"price\":\"200\"}]}", U, Y, U},
      {"{\"items\":[{\"price\":5},{\"price\":\"200\"}]}", U, U, N},
      {"{\"items\":[{\"price\":5},{}]}", U, U, N},
      {"{\"items\":[{\"price\":200},{}]}", U, Y, U},
      {"{\"items\":[{\"price\":200,\"Price\":1}]}", U, U, U},
      {"{\"items\":[5]}", U, U, U},
      {"{\"items\":[]}", U, N, Y},
      {"{\"items\":{\"price\":200}}", U, U, U},
      {"{\"items\":null}", U, U, U},
      {"{}", U, U, U},
  };
  for (const ItemsRow& row : rows) {
    const TestCall call(row.args);
    auto asked = test("args.items[*].price", gt, "100");
    EXPECT_EQ(says(is(asked), call.call), row.bare) << "bare " << row.args;
    asked.items = Items::any_of;
    EXPECT_EQ(says(is(asked), call.call), row.any_of) << "any " << row.args;
    asked.items = Items::all;
    EXPECT_EQ(says(is(asked), call.call), row.all) << "all " << row.args;
  }
}

TEST(Items, WithoutBracketsTheItemsOfTheFieldItself) {
  auto asked = test("args.tags", eq, "\"urgent\"");
  asked.items = Items::any_of;
  EXPECT_EQ(says(is(asked), TestCall("{\"tags\":[\"a\",\"urgent\"]}").call), Y);
  EXPECT_EQ(says(is(asked), TestCall("{\"tags\":[\"a\"]}").call), N);
  EXPECT_EQ(says(is(asked), TestCall("{\"tags\":\"urgent\"}").call), U);
}

TEST(Items, NestAndTakeMissing) {
  auto asked = test("args.orders[*].items[*].price", gt, "100");
  asked.items = Items::any_of;
  EXPECT_EQ(
      says(is(asked), TestCall(R"({"orders":[{"items":[{"price":1}]},{"items":[{"price":101}]}]})").call), Y);
  EXPECT_EQ(says(is(asked), TestCall(R"({"orders":[{"items":[{"price":1}]},{"items":[]}]})").call), N);
  EXPECT_EQ(says(is(asked), TestCall(R"({"orders":[{"items":[{"price":1}]},{}]})").call), U);
  asked.missing = false;
  EXPECT_EQ(says(is(asked), TestCall(R"({"orders":[{"items":[{"price":1}]},{}]})").call), N);
  EXPECT_EQ(says(is("args.grid[*][*]", gt, "0"), TestCall("{\"grid\":[[1,2],[3]]}").call), Y);
  EXPECT_EQ(says(is("body[*].price", gt, "0"), TestCall("", "[{\"price\":1}]").call), Y);
}

TEST(Items, CountIsTheLengthOfAnArray) {
  EXPECT_EQ(says(is("args.items.length", gt, "2"), TestCall("{\"items\":[1,2,3]}").call), Y);
  EXPECT_EQ(says(is("args.items.length", gt, "2"), TestCall("{\"items\":[]}").call), N);
  EXPECT_EQ(says(is("args.items.length", gt, "2"), TestCall("{\"items\":\"abc\"}").call), U);
  EXPECT_EQ(says(is("args.items.length", gt, "2"), TestCall("{\"items\":{\"length\":3}}").call), Y);
  EXPECT_EQ(says(is("args.items.length", exists, "true"), TestCall("{}").call), N);
  EXPECT_EQ(says(is("args.rows[*].length", eq, "2"), TestCall("{\"rows\":[[1,2],[3,4]]}").call), Y);
  EXPECT_EQ(says(is("args.length", eq, "2"), TestCall("{\"length\":2}").call), Y);
}

}  // namespace
}  // namespace holdfast::policy
