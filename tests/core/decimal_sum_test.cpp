#include "core/decimal_sum.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::string sum_of(std::initializer_list<const char*> texts) {
  DecimalSum sum;
  for (const char* text : texts)
    sum += *DecimalSum::parse(text);
  return sum.text();
}

TEST(DecimalSum, AddsAsOnPaper) {
  EXPECT_EQ(sum_of({"0.1", "0.2"}), "0.3");
  EXPECT_EQ(sum_of({"9007199254740993", "1"}), "9007199254740994");
  EXPECT_EQ(sum_of({"999.99", "0.01"}), "1000");
  EXPECT_EQ(sum_of({"1e3", "1E-3", "10.0e+1"}), "1100.001");
  EXPECT_EQ(sum_of({"-5", "5.0"}), "0");
  EXPECT_EQ(sum_of({"-0.5", "0.25"}), "-0.25");
  EXPECT_EQ(sum_of({"-0"}), "0");
}

TEST(DecimalSum, AMillionTenthsAreAHundredThousand) {
  DecimalSum sum;
  const DecimalSum tenth = *DecimalSum::parse("0.1");
  for (int i = 0; i < 1'000'000; ++i)
    sum += tenth;
  EXPECT_EQ(sum, *DecimalSum::parse("100000"));
}

TEST(DecimalSum, WhatWasAddedCanBeTakenAwayWithoutARest) {
  DecimalSum sum = *DecimalSum::parse("12.34");
  const DecimalSum tiny = *DecimalSum::parse("1e-400");
  const DecimalSum huge = *DecimalSum::parse("1e400");
  sum += tiny;
  sum += huge;
  EXPECT_GT(sum, huge);
  sum -= huge;
  EXPECT_GT(sum, *DecimalSum::parse("12.34"));
  sum -= tiny;
  EXPECT_EQ(sum.text(), "12.34");
}

TEST(DecimalSum, ATotalIsReadAsItWasWritten) {
  DecimalSum sum = *DecimalSum::parse("1e400");
  sum += *DecimalSum::parse("1e-400");
  EXPECT_EQ(*DecimalSum::parse_total(sum.text()), sum);
  EXPECT_FALSE(DecimalSum::parse_total("1e3"));
}

TEST(DecimalSum, TakesWhatJsonCallsANumberAndNothingElse) {
  for (const char* text : {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", "1 ", " 1", "NaN", "1e401",
                           "1e-401", "1e99999999999", "1,000", "1_000"})
    EXPECT_FALSE(DecimalSum::parse(text)) << text;
  EXPECT_FALSE(DecimalSum::parse(std::string(401, '1')));
  EXPECT_TRUE(DecimalSum::parse(std::string(400, '1')));
}

TEST(DecimalSum, ComparesWhateverTheSpelling) {
  EXPECT_EQ(*DecimalSum::parse("1.50"), *DecimalSum::parse("15e-1"));
  EXPECT_LT(*DecimalSum::parse("0.1"), *DecimalSum::parse("0.10000000000000000000001"));
  EXPECT_TRUE(DecimalSum::parse("0.000")->is_zero());
}

}  // namespace
}  // namespace holdfast
