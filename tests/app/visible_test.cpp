#include "app/visible.hpp"

#include <gtest/gtest.h>

#include "app/table.hpp"

namespace holdfast::app {
namespace {

TEST(Visible, WhatWouldDeceiveTheEyeIsSpeltOut) {
  const std::pair<const char*, const char*> rows[] = {
      {"plain text, 100 $", "plain text, 100 $"},
      {"Zürich café naïve Łódź", "Zürich café naïve Łódź"},
      {"line\nbreak\ttab", "line\\u{a}break\\u{9}tab"},
      {"\x1b[2J\x07", "\\u{1b}[2J\\u{7}"},
      {"pay \xE2\x80\xAE"
       "001 to",
       "pay \\u{202e}001 to"},  // turns the direction of writing
      {"a\xE2\x80\x8B"
       "b",
       "a\\u{200b}b"},                                   // a space of no width
      {"\xD1\x80\xD0\xB0ypal", "\\u{440}\\u{430}ypal"},  // Cyrillic er and a
      {"\xEF\xBD\x81", "\\u{ff41}"},                     // full width a
      {"1\xE2\x81\x84"
       "2",
       "1\\u{2044}2"},             // fraction slash
      {"\xC4\xB1", "\\u{131}"},    // i without its dot
      {"e\xCC\x81", "e\\u{301}"},  // a mark on its own
      {"\xC2\xA0", "\\u{a0}"},     // a space that is none
      {"back\\slash", "back\\\\slash"},
      {"\x7f\xC2\x9B", "\\u{7f}\\u{9b}"},
      {"\xff", "\\u{fffd}"}};
  for (const auto& [text, expected] : rows)
    EXPECT_EQ(visible(text), expected);
}

TEST(Visible, JsonKeepsItsOwnBackslashes) {
  EXPECT_EQ(visible_json("{\"a\":\"\\n\\u202e\xE2\x80\xAE\"}"), "{\"a\":\"\\n\\u202e\\u{202e}\"}");
}

TEST(Visible, ShorteningCountsCharactersNotBytes) {
  EXPECT_EQ(shortened("éééééé", 6), "éééééé");
  EXPECT_EQ(shortened("ééééééé", 6), "ééé...");
  EXPECT_EQ(columns("é1"), 2U);
}

TEST(Table, ColumnsAlignAndLinesEndCleanly) {
  EXPECT_EQ(table({{"ID", "TOOL", ""}, {"1", "pay.send", "x"}, {"é2", "a", ""}}),
            "ID  TOOL\n1   pay.send  x\né2  a\n");
  EXPECT_EQ(block({{"id", "1"}, {"empty", ""}, {"tool", "x"}}), "id:    1\ntool:  x\n");
}

}  // namespace
}  // namespace holdfast::app
