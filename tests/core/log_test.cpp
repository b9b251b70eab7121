#include "core/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/json.hpp"

namespace holdfast::log {
namespace {

TEST(Log, PlainValuesStandBare) {
  EXPECT_EQ(line(Format::text, "held", {{"call", "0199"}, {"tool", "payment.send"}}),
            "held call=0199 tool=payment.send");
}

TEST(Log, WhatCouldForgeALineIsQuoted) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "e v=\"\""},
      {"two words", "e v=\"two words\""},
      {"a=b", "e v=\"a=b\""},
      {"say \"hi\"", "e v=\"say \\\"hi\\\"\""},
      {"back\\slash", "e v=\"back\\\\slash\""},
      {"a\nheld call=2", "e v=\"a\\nheld call=2\""},
      {"a\r\x1b[31m", "e v=\"a\\r\\u001b[31m\""},
      {std::string("a\0b", 3), "e v=\"a\\u0000b\""},
      {"\xFF", "e v=\"\uFFFD\""},
      {"caf\u00e9", "e v=\"caf\u00e9\""},
  };
  for (const auto& [value, expected] : rows)
    EXPECT_EQ(line(Format::text, "e", {{"v", value}}), expected);
}

TEST(Log, NoByteOfAValueBreaksTheLine) {
  for (int c = 0; c < 256; ++c) {
    const std::string value(3, static_cast<char>(c));
    for (const Format format : {Format::text, Format::json}) {
      const std::string written = line(format, "e", {{"v", value}, {"w", "end"}});
      EXPECT_TRUE(std::none_of(written.begin(), written.end(), [](char b) {
        return static_cast<unsigned char>(b) < 0x20;
      })) << c;
    }
  }
}

TEST(Log, JsonLinesAreMembersOfAnObject) {
  for (const std::string& value :
       {std::string("a\"},{\"x\":1"), std::string("a\nb"), std::string("\xC3"), std::string()}) {
    const auto parsed = json::parse("{" + line(Format::json, "held", {{"v", value}}) + "}", {});
    ASSERT_TRUE(parsed) << value;
    EXPECT_EQ(parsed->root().members().size(), 2u);
    EXPECT_EQ(parsed->root().find("event")->text(), "held");
  }
}

}  // namespace
}  // namespace holdfast::log
