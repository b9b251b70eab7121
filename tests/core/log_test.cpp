#include "core/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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
      {"a\x7f[", "e v=\"a\\u007f[\""},
      {"\xFF", "e v=\"\uFFFD\""},
      {"caf\u00e9", "e v=\"caf\u00e9\""},
      {"\u00e9\n", "e v=\"\u00e9\\n\""},
      {"pay\u202efdp.yap", "e v=\"pay\\u202efdp.yap\""},  // turns the direction of writing
      {"send\u200b", "e v=\"send\\u200b\""},              // has no width
      {"\xC2\x9B"
       "2J",
       "e v=\"\\u009b2J\""},                                  // a control sequence in one character
      {"a\u2028held call=2", "e v=\"a\\u2028held call=2\""},  // some viewers break the line here
      {"\U000E0041", "e v=\"\\udb40\\udc41\""},               // a tag character, beyond the first plane
      {"\U0001F680", "e v=\"\U0001F680\""},
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
  for (const std::string& value : {std::string("a\"},{\"x\":1"), std::string("a\nb"), std::string("\xC3"),
                                   std::string("\u202e\U000E0041"), std::string()}) {
    const auto parsed = json::parse("{" + line(Format::json, "held", {{"v", value}}) + "}", {});
    ASSERT_TRUE(parsed) << value;
    EXPECT_EQ(parsed->root().members().size(), 2u);
    EXPECT_EQ(parsed->root().find("event")->text(), "held");
  }
}

// Standard error is a pipe for as long as this lives.
class PipedStderr {
 public:
  PipedStderr() : before_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);  // a test that waits for what never comes fails instead
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  ~PipedStderr() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    ::close(ends_[0]);
  }
  PipedStderr(const PipedStderr&) = delete;
  PipedStderr& operator=(const PipedStderr&) = delete;

  // What is in the pipe now.
  [[nodiscard]] std::string read() const {
    std::string text(1 << 20, '\0');
    const ssize_t got = ::read(ends_[0], text.data(), text.size());
    return text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }

 private:
  const int before_;
  std::array<int, 2> ends_{};
};

TEST(Log, AReaderWhoDoesNotReadCostsLinesAndKeepsNobodyWaiting) {
  constexpr int kLines = 20'000;  // more than the pipe and the room behind it
  const std::string value(100, 'x');
  const PipedStderr piped;
  for (int i = 0; i < kLines; ++i)
    event("line", {{"v", value}});
  std::string text;
  while (!text.ends_with("last\n")) {
    const std::string more = piped.read();
    ASSERT_FALSE(more.empty());
    text += more;
    event("last", {});
  }
  EXPECT_NE(text.find("log_lines_lost count="), std::string::npos);
  std::size_t whole = 0;
  for (std::size_t at = text.find(value + "\n"); at != std::string::npos;
       at = text.find(value + "\n", at + 1))
    ++whole;
  EXPECT_GT(whole, 1000U);
  EXPECT_LT(whole, static_cast<std::size_t>(kLines));
}

// Without their times, the lines of an event that happened once and of one that happens for every call.
TEST(Log, ALineOfEveryCallIsAnyOtherLine) {
  const WallTime at{Milliseconds{1'763'115'945'678}};
  const PipedStderr piped;
  frequent_event("call", at, {{"call", "0199"}, {"rule", "two words"}});
  event("call", {{"call", "0199"}, {"rule", "two words"}});
  const std::string text = piped.read();
  const std::size_t second = text.find('\n') + 1;
  EXPECT_EQ(text.substr(0, second), "2025-11-14T10:25:45.678Z info call call=0199 rule=\"two words\"\n");
  EXPECT_EQ(text.substr(24, second - 24), text.substr(second + 24));
}

TEST(Log, LinesOfEveryCallWaitForTheFlush) {
  const PipedStderr piped;
  for (int i = 0; i < 100; ++i)
    frequent_event("call", WallTime{}, {{"n", std::to_string(i)}});
  event("other", {});
  frequent_event("call", WallTime{}, {{"n", "last"}});
  flush();
  const std::string text = piped.read();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 102);
  EXPECT_LT(text.find("n=99"), text.find("other"));
  EXPECT_TRUE(text.ends_with("n=last\n"));
}

TEST(Log, WhatAFlushCannotWriteLeavesWithTheNext) {
  const std::string value(1000, 'x');
  const PipedStderr piped;
  constexpr int kLines = 300;  // more than a pipe takes
  for (int i = 0; i < kLines; ++i)
    frequent_event("call", WallTime{}, {{"v", value}});
  frequent_event("last", WallTime{}, {});
  std::string text;
  for (int round = 0; round < 100 && !text.ends_with("last\n"); ++round) {
    flush();
    text += piped.read();
  }
  EXPECT_TRUE(text.ends_with("last\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kLines + 1);
}

TEST(Log, LinesOfEveryCallAreLostToAReaderWhoDoesNotRead) {
  const std::string value(1000, 'x');
  const PipedStderr piped;
  constexpr int kLines = 5'000;
  for (int i = 0; i < kLines; ++i)
    frequent_event("call", WallTime{}, {{"v", value}});
  std::string text;
  while (text.find("log_lines_lost count=") == std::string::npos) {
    const std::string more = piped.read();
    ASSERT_FALSE(more.empty());
    text += more;
    event("last", {});
  }
  const auto lost = std::stoi(text.substr(text.find("count=") + 6));
  std::size_t whole = 0;
  for (std::size_t at = text.find(value + "\n"); at != std::string::npos;
       at = text.find(value + "\n", at + 1))
    ++whole;
  EXPECT_EQ(whole + static_cast<std::size_t>(lost), static_cast<std::size_t>(kLines));
}

}  // namespace
}  // namespace holdfast::log
