// Canonical text: the examples of RFC 8785, and the one exception, numbers as written.
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::json {
namespace {

std::string canonical(std::string_view text) {
  return to_canonical(parse(text, {}).value().root());
}

// RFC 8785 §3.2.2, with its numbers left out.
TEST(Canonical, StringsAreWrittenAsTheRfcDoes) {
  EXPECT_EQ(
      canonical(R"({"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})"),
      "{\"literals\":[null,true,false],\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  EXPECT_EQ(canonical(R"("\b\t\n\f\r\u0000\u001F\u007f\/")"), "\"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f/\"");
}

// RFC 8785 §3.2.3.
TEST(Canonical, NamesAreSortedByUtf16CodeUnits) {
  EXPECT_EQ(
      canonical(
          R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
                          "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})"),
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\u00f6\":\"Latin Small Letter O "
      "With "
      "Diaeresis\",\"\u20ac\":\"Euro Sign\",\"\U0001F600\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew "
      "Letter Dalet "
      "With Dagesh\"}");
}

TEST(Canonical, PrefixesComeFirstAndEveryLevelIsSorted) {
  EXPECT_EQ(canonical(R"( { "b" : [ { "z" : 1 , "a" : 2 } ] , "aa" : 1 , "a" : {} , "" : 0 } )"),
            R"({"":0,"a":{},"aa":1,"b":[{"a":2,"z":1}]})");
}

TEST(Canonical, NumbersStayAsWritten) {
  EXPECT_EQ(canonical("[1.50,1E2,-0,9007199254740993,1e400]"), "[1.50,1E2,-0,9007199254740993,1e400]");
}

TEST(Canonical, SpellingOfTheSameTextDoesNotMatter) {
  EXPECT_EQ(canonical(R"({"a":"\u0041\u00e9"})"), canonical("{ \"\\u0061\" : \"A\u00e9\" }"));
}

TEST(Canonical, ReadsBackAsTheSame) {
  const std::string once = canonical(R"({"k":"\u2028\ud83d\ude00\u0001","a":[[],{},"",0]})");
  EXPECT_EQ(canonical(once), once);
}

}  // namespace
}  // namespace holdfast::json
