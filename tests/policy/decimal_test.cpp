#include "policy/decimal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace holdfast::policy {
namespace {

struct Pair {
  std::string a, b;
  int order;  // of a against b
};

TEST(Decimal, ComparesExactlyAsWritten) {
  const std::string many(399, '9');
  const Pair pairs[] = {
      {"9007199254740993", "9007199254740992", 1},
      {"0.1", "0.1000000000000000055511151231257827", -1},
      {"0.1", "0.10", 0},
      {"0.1", "1e-1", 0},
      {"100", "1e2", 0},
      {"100", "1E+2", 0},
      {"100", "100.0000", 0},
      {"100.0000000000000000000000001", "100", 1},
      {"-0", "0", 0},
      {"-0.0e5", "0", 0},
      {"0e400", "0", 0},
      {"0", "0.0001", -1},
      {"0", "-0.0001", 1},
      {"-5", "-50", 1},
      {"-5", "5", -1},
      {"5", "50", -1},
      {"12", "9", 1},
      {"0.05", "0.5", -1},
      {"0.0500e2", "5", 0},
      {"123.45", "123.450e0", 0},
      {"123.45", "12345e-2", 0},
      {"1e400", "9e399", 1},
      {"1e-400", "0", 1},
      {many, many + ".9", -1},
      {many + "e0", many, 0},
      {"10", "1", 1},
      {"1000000000000000000000000000001", "1e30", 1},
  };
  for (const Pair& pair : pairs) {
    const auto a = Decimal::parse(pair.a);
    const auto b = Decimal::parse(pair.b);
    ASSERT_TRUE(a && b) << pair.a << " " << pair.b;
    EXPECT_EQ(*a < *b, pair.order < 0) << pair.a << " < " << pair.b;
    EXPECT_EQ(*a == *b, pair.order == 0) << pair.a << " == " << pair.b;
    EXPECT_EQ(*b < *a, pair.order > 0) << pair.b << " < " << pair.a;
  }
}

TEST(Decimal, TellsWhichAreOneToReadersOfDoubles) {
  const std::string many(400, '7');
  const std::tuple<std::string, std::string, bool> rows[] = {
      {"9007199254740992", "9007199254740993", true},
      {"9007199254740992", "9007199254740994", false},
      {"-9007199254740992", "-9007199254740993", true},
      {"-9007199254740992", "9007199254740993", false},
      {"13", "13.000000000000000001", true},
      {"13", "13.0000000000000005", true},
      {"13", "13.000000000000001", false},
      {"13", "13.00000000000001", false},
      {"0.1", "0.1000000000000000055511151231257827", true},
      {"999999999999999", "999999999999998", false},
      {"1e-400", "0", true},
      {"1e-323", "0", false},
      {"-1e-400", "1e-400", true},
      {"1e400", "1e399", true},
      {"1e400", "-1e400", false},
      {"1e400", "1e308", false},
      {many, "7.8e399", true},
      {many + "e-200", "7.8e199", false},
  };
  for (const auto& [a, b, same] : rows) {
    const auto one = Decimal::parse(a), other = Decimal::parse(b);
    ASSERT_TRUE(one && other) << a << " " << b;
    EXPECT_EQ(one->is_same_double(*other), same) << a << " " << b;
    EXPECT_EQ(other->is_same_double(*one), same) << b << " " << a;
  }
}

TEST(Decimal, NumbersBeyondTheLimitsAreNone) {
  EXPECT_TRUE(Decimal::parse(std::string(400, '1')));
  EXPECT_FALSE(Decimal::parse(std::string(401, '1')));
  EXPECT_TRUE(Decimal::parse("0." + std::string(399, '1')));
  EXPECT_FALSE(Decimal::parse("0." + std::string(400, '1')));
  EXPECT_TRUE(Decimal::parse("1e400"));
  EXPECT_TRUE(Decimal::parse("1e-400"));
  EXPECT_FALSE(Decimal::parse("1e401"));
  EXPECT_FALSE(Decimal::parse("1e-401"));
  EXPECT_FALSE(Decimal::parse("0e999999999999999999999999999999"));
  EXPECT_FALSE(Decimal::parse("1e-99999999999999999999999"));
}

TEST(Decimal, TakesTheGrammarOfJsonOnly) {
  for (const char* text : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1 ", " 1", "1_000",
                           "NaN", "Infinity", "1e5.5", "--1", "1-", "١"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::policy
