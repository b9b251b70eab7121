// The strict reader: what it takes, what it refuses, and that it keeps what it read as it was written.
#include "core/json.hpp"

#include <gmock/gmock.h>

#include <string>

#include "core/json_text.hpp"

namespace holdfast::json {
namespace {

using testing::HasSubstr;

TEST(Json, TakesWhatIsJson) {
  for (const char* text : {"null", "true", "false", "0", "-0", "1.5E+3", "\"\"", "[]", "{}", " \t\r\n1\r\n ",
                           "[1,[2,{\"a\":[]}]]", "{\"a\":1,\"A\":2}", "\"\\ud83d\\ude00\"",
                           "\"\xF0\x9F\x98\x80\"", "\"\\u0000\"", "\"\x7f\"", "{\"\":1}"}) {
    EXPECT_TRUE(parse(text, {})) << text;
  }
}

TEST(Json, RefusesWhatIsNot) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"only spaces", "  "},
      {"byte order mark", "\xEF\xBB\xBF{}"},
      {"UTF-16 little endian", std::string("{\0}\0", 4)},
      {"UTF-16 big endian", std::string("\0{\0}", 4)},
      {"UTF-16 with a mark", std::string("\xFF\xFE{\0}\0", 6)},
      {"trailing value", "{}{}"},
      {"trailing letter", "1x"},
      {"trailing NUL", std::string("1\0", 2)},
      {"trailing comma", "[1,]"},
      {"trailing comma in an object", "{\"a\":1,}"},
      {"comment", "[1/*x*/]"},
      {"single quotes", "'a'"},
      {"bare name", "{a:1}"},
      {"unfinished object", "{\"a\":1"},
      {"unfinished string", "\"a"},
      {"unfinished escape", "\"\\"},
      {"unknown escape", "\"\\x41\""},
      {"short escape", "\"\\u12\""},
      {"raw control", "\"a\nb\""},
      {"raw NUL", std::string("\"a\0b\"", 5)},
      {"leading zero", "01"},
      {"plus", "+1"},
      {"bare point", "1."},
      {"bare fraction", ".5"},
      {"bare exponent", "1e"},
      {"minus alone", "-"},
      {"hexadecimal", "0x10"},
      {"NaN", "NaN"},
      {"Infinity", "-Infinity"},
      {"upper case", "TRUE"},
      {"lone high surrogate", "\"\\ud83d\""},
      {"lone low surrogate", "\"\\ude00\""},
      {"high surrogate before a letter", "\"\\ud83dx\""},
      {"two high surrogates", "\"\\ud83d\\ud83d\""},
      {"surrogates the wrong way round", "\"\\ude00\\ud83d\""},
      {"lone surrogate in a name", "{\"\\ud83d\":1}"},
      {"surrogate in UTF-8", "\"\xED\xA0\xBD\""},
      {"overlong slash", "\"\xC0\xAF\""},
      {"overlong of three bytes", "\"\xE0\x80\xAF\""},
      {"overlong of four bytes", "\"\xF0\x80\x80\xAF\""},
      {"overlong NUL", "\"\xC0\x80\""},
      {"beyond Unicode", "\"\xF4\x90\x80\x80\""},
      {"five bytes", "\"\xF8\x88\x80\x80\x80\""},
      {"stray continuation", "\"\x80\""},
      {"cut character", "\"\xE2\x82\""},
      {"Latin-1", "\"caf\xE9\""},
      {"bad UTF-8 in a name", "{\"\xFF\":1}"},
      {"NUL behind a name", "{\"a\\u0000\":1}"},
      {"NUL in a name of an inner object", "[{\"b\":{\"\\u0000a\":1}}]"},
  };
  for (const auto& [name, text] : rows) {
    const auto parsed = parse(text, {});
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code, Code::malformed) << name;
  }
}

TEST(Json, RefusesAMemberThatStandsTwiceHoweverItIsSpelled) {
  std::string many = "{\"m0\":0";
  for (int i = 1; i < 100; ++i)
    many += ",\"m" + std::to_string(i) + "\":0";
  const std::string rows[] = {
      R"({"amount":5,"amount":5000})",
      R"({"amount":5,"amount":5})",
      R"({"amount":5,"\u0061mount":5000})",
      R"({"a":{"b":[{"x":1,"y":2,"x":3}]}})",
      R"({"":1,"":2})",
      "{\"\xC3\xA9\":1,\"\\u00e9\":2}",
      "{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}",
      many + ",\"m50\":1}",
      R"({"a":1,"b":{"a":1},"a":2})",
  };
  for (const std::string& text : rows) {
    const auto parsed = parse(text, {});
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().detail, HasSubstr("a name stands twice")) << text;
  }
  EXPECT_TRUE(parse(many + "}", {}));
  EXPECT_TRUE(parse(R"({"a":{"x":1},"b":{"x":1}})", {}));
}

TEST(Json, LimitsDepthAndBytes) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(64), {}));
  const auto deep = parse(nested(65), {});
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().detail, HasSubstr("nested deeper than 64"));
  EXPECT_FALSE(parse(std::string(500'000, '['), {}));
  EXPECT_TRUE(parse("[1]", {.bytes = 3}));
  const auto large = parse("[12]", {.bytes = 3});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::too_large);
}

TEST(Json, KeepsNumbersAsWritten) {
  const std::string digits(1000, '7');
  for (const std::string& text : {std::string("9007199254740993"), std::string("1.50"), std::string("1E400"),
                                  std::string("-0"), std::string("0.1000"), std::string("1e-9999"), digits,
                                  digits + "." + digits, std::string("123456789012345678901234567890")}) {
    const auto parsed = parse("[" + text + "]", {});
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->root().items()[0].kind(), Kind::number);
    EXPECT_EQ(parsed->root().items()[0].text(), text);
    EXPECT_EQ(to_text(parsed->root()), "[" + text + "]");
  }
}

TEST(Json, TheTextMayGoAway) {
  std::string text = R"({"name":"v\u0061lue","n":[1.0,true,null],"o":{"k":"s"}})";
  const auto parsed = parse(text, {});
  ASSERT_TRUE(parsed);
  std::fill(text.begin(), text.end(), 'x');
  EXPECT_EQ(to_text(parsed->root()), R"({"name":"value","n":[1.0,true,null],"o":{"k":"s"}})");
  EXPECT_EQ(parsed->root().find("name")->text(), "value");
  EXPECT_EQ(parsed->root().find("Name"), nullptr);
  EXPECT_EQ(parsed->root().find("n")->items().size(), 3u);
}

TEST(Json, ADocumentMovesWithoutItsValues) {
  auto parsed = parse(R"(["a"])", {});
  ASSERT_TRUE(parsed);
  const Value* before = &parsed->root();
  const Document moved = std::move(*parsed);
  EXPECT_EQ(&moved.root(), before);
  EXPECT_EQ(moved.root().items()[0].text(), "a");
}

TEST(Json, ErrorsNameTheByte) {
  EXPECT_THAT(parse(R"({"a":tru})", {}).error().detail, HasSubstr("at byte"));
  EXPECT_EQ(parse("[1] x", {}).error().detail, "something follows the JSON value at byte 4");
}

TEST(JsonText, ObjectsComeOutSorted) {
  ObjectText object;
  object.set("b", 1)
      .set("a", "x\"y")
      .set("c", true)
      .set_if("d", "")
      .set_null("e")
      .set("f", std::uint64_t{18446744073709551615U});
  EXPECT_EQ(object.text(), R"({"a":"x\"y","b":1,"c":true,"e":null,"f":18446744073709551615})");
}

TEST(JsonText, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(to_utf8("a\xFF\xC0\xAF"
                    "b\xE2\x82"),
            "a\uFFFD\uFFFD\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(to_utf8("caf\u00e9 \U0001F600"), "caf\u00e9 \U0001F600");
}

// What has no escape is the text's own; nothing else may be, or it would point to where the parser was.
TEST(Json, InPlaceStringsWithoutEscapesAreTheTextsOwn) {
  const std::string text =
      R"({"plain":"as it is","esc\u0061ped":"a\nb","number":-12.50e3,"empty":"","in":["x",{"y":"z"}]})";
  const auto document = parse_in_place(text, {});
  ASSERT_TRUE(document);
  EXPECT_EQ(to_text(document->root()), to_text(parse(text, {})->root()));
  const auto inside = [&](std::string_view part) {
    return part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
  };
  const auto members = document->root().members();
  EXPECT_TRUE(inside(members[0].name));
  EXPECT_TRUE(inside(members[0].value.text()));
  EXPECT_FALSE(inside(members[1].name));
  EXPECT_FALSE(inside(members[1].value.text()));
  EXPECT_EQ(members[1].name, "escaped");
  EXPECT_EQ(members[1].value.text(), "a\nb");
}

TEST(Json, WithACopyTheTextMayGo) {
  auto text = std::make_unique<std::string>(R"({"a":"plain","b":[1,"two"]})");
  const auto document = parse(*text, {});
  ASSERT_TRUE(document);
  std::fill(text->begin(), text->end(), '#');
  EXPECT_EQ(to_text(document->root()), R"({"a":"plain","b":[1,"two"]})");
}

}  // namespace
}  // namespace holdfast::json
