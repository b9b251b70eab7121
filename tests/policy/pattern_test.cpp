#include "policy/pattern.hpp"

#include <gtest/gtest.h>

#include "policy/index.hpp"

namespace holdfast::policy {
namespace {

ToolPattern pattern(std::string_view text) {
  return ToolPattern::parse(text).value();
}

TEST(ToolPattern, MatchesInsideSegmentsAndAcross) {
  struct Row {
    const char* pattern;
    const char* tool;
    bool matches;
  };
  const Row rows[] = {
      {"payment.send", "payment.send", true},
      {"payment.send", "payment.Send", false},
      {"payment.send", "payment.sends", false},
      {"payment.*", "payment.send", true},
      {"payment.*", "payment.http.get", false},
      {"payment.*", "payment.mcp.resources/read", false},
      {"payment.*", "payment.", true},
      {"payment.*", "payment", false},
      {"payment.*", "payments.send", false},
      {"payment.**", "payment.http.get", true},
      {"payment.**", "payment.send", true},
      {"payment.*.*", "payment.http.get", true},
      {"payment.*.*", "payment.send", false},
      {"*", "payment.http.get", true},
      {"*", "x", true},
      {"*.send", "payment.send", true},
      {"*.send", "a.b.send", false},
      {"**.send", "a.b.send", true},
      {"**", "a.b.c", true},
      {"*.*", "a.b", true},
      {"*.*", "a.b.c", false},
      {"payment.se*d", "payment.send", true},
      {"payment.se*d", "payment.se.d", false},
      {"payment.*e*d", "payment.send", true},
      {"payment.*e*d", "payment.sendx", false},
      {"**.a*b", "x.ac.ab", true},
      {"**a*b", "a.ab", true},
      {"**.x.**", "a.x.b.x.c", true},
      {"a.*b*.c", "a.xbx.c", true},
      {"a.*b*.c", "a.xx.c", false},
      {"a.b*", "a.b", true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(pattern(row.pattern).matches(row.tool), row.matches) << row.pattern << " / " << row.tool;
  }
}

TEST(ToolPattern, CoversOnlyWhatItMatchesAllOf) {
  struct Row {
    const char* wide;
    const char* narrow;
    bool covers;
  };
  const Row rows[] = {
      {"*", "payment.send", true},
      {"*", "*", true},
      {"*", "**", true},
      {"payment.*", "payment.send", true},
      {"payment.*", "payment.s*", true},
      {"payment.*", "payment.**", false},
      {"payment.**", "payment.*", true},
      {"payment.*", "*", false},
      {"payment.s*", "payment.*", false},
      {"payment.*", "payment.http.*", false},
      {"payment.**", "payment.http.*", true},
      {"*.send", "payment.send", true},
      {"*.send", "*.send", true},
      {"**.send", "*.send", true},
      {"*.send", "**.send", false},
      {"payment.send", "payment.*", false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(pattern(row.wide).covers(pattern(row.narrow)), row.covers) << row.wide << " / " << row.narrow;
  }
}

TEST(ToolPattern, RefusesWhatCannotBeMeant) {
  for (const char* text :
       {"", "a..b", ".a", "a.", "a***", " a", "a ", "a\tb", "a\x01", "a\xFF", "cafe\u0301.x"}) {
    EXPECT_FALSE(ToolPattern::parse(text)) << text;
  }
}

TEST(Index, FindsInOrderWhatAnyPatternCouldMatch) {
  const std::vector<std::string> written = {
      "payment.send", "*",          "payment.*",
      "payment.send", "pay*",       "**.send",
      "crm.*",        "payment.s*", "other.x",
      "payment.send", "payment.**", "a.very.long.prefix.that.goes.on.for.ever.*",
  };
  Index index;
  for (std::uint32_t i = 0; i < written.size(); ++i)
    index.add(pattern(written[i]), i);
  for (const char* tool : {"payment.send", "payment.http.get", "crm.x", "x.send", "nothing", "",
                           "a.very.long.prefix.that.goes.on.for.ever.x"}) {
    std::vector<std::uint32_t> expected, found;
    for (std::uint32_t i = 0; i < written.size(); ++i) {
      if (pattern(written[i]).matches(tool)) expected.push_back(i);
    }
    Candidates candidates = index.find(tool);
    std::size_t asked = 0;
    for (auto i = candidates.next(); i; i = candidates.next(), ++asked) {
      if (pattern(written[*i]).matches(tool)) found.push_back(*i);
    }
    EXPECT_EQ(found, expected) << tool;
    EXPECT_LT(asked, written.size()) << "the index left nothing out for " << tool;
  }
}

TEST(Index, TenThousandRulesLeaveAHandfulOfCandidates) {
  Index index;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    index.add(pattern("svc" + std::to_string(i) + (i % 2 == 0 ? ".send" : ".*")), i);
  }
  Candidates candidates = index.find("svc4321.send");
  std::size_t asked = 0;
  while (candidates.next())
    ++asked;
  EXPECT_EQ(asked, 1u);
}

}  // namespace
}  // namespace holdfast::policy
