// Paths and parameters have one reading or none (03-calls "What the proxy accepts", 08-attacks "Policy").
#include "proxy/target.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::proxy {
namespace {

struct Row {
  std::string_view name;
  std::string_view target;
};

TEST(Target, EveryPathThatReadersTakeInDifferentWaysIsRefused) {
  const Row rows[] = {
      {"not a path", "v1/send"},
      {"empty", ""},
      {"asterisk form", "*"},
      {"dot segment", "/v1/./send"},
      {"dot-dot segment", "/v1/x/../send"},
      {"dot-dot at the end", "/v1/.."},
      {"dot at the end", "/v1/."},
      {"escaped dot segment", "/v1/%2e/send"},
      {"escaped dot-dot segment", "/v1/%2E%2e/send"},
      {"half-escaped dot-dot segment", "/v1/.%2e/send"},
      {"dot-dot before an escaped slash", "/v1/..%2Fsend"},
      {"dot-dot after an escaped slash", "/v1/x%2f%2E%2e"},
      {"empty segment", "/v1//send"},
      {"empty first segment", "//v1/send"},
      {"two trailing slashes", "/v1/send//"},
      {"path parameter", "/v1/send;a=b"},
      {"backslash", "/v1\\send"},
      {"escaped backslash", "/v1%5Csend"},
      {"escaped backslash in lower case", "/v1%5csend"},
      {"escaped NUL", "/v1/send%00"},
      {"escaped line feed", "/v1/send%0a"},
      {"escaped DEL", "/v1/send%7F"},
      {"escaped C1 control", "/v1/send%C2%85"},
      {"a byte over 0x7f", "/v1/\xC3\xA9"},
      {"space", "/v1/se nd"},
      {"control", "/v1/se\x01nd"},
      {"fragment", "/v1/send#x"},
      {"fragment in the query", "/v1/send?a=b#x"},
      {"quote", "/v1/\"send"},
      {"brace", "/v1/{send}"},
      {"lone byte of UTF-8", "/v1/%FF"},
      {"continuation without a start", "/v1/%80"},
      {"sequence cut short", "/v1/%C3"},
      {"sequence cut short by a character", "/v1/%C3x"},
      {"overlong slash", "/v1%C0%AFsend"},
      {"overlong dot", "/v1/%C0%AE/send"},
      {"overlong in three bytes", "/v1%E0%80%AFsend"},
      {"surrogate", "/v1/%ED%A0%80"},
      {"beyond Unicode", "/v1/%F4%90%80%80"},
      {"escape cut short", "/v1/send%4"},
      {"escape without digits", "/v1/send%"},
      {"escape that is not hex", "/v1/%zzsend"},
      {"escape of a code unit", "/v1/%u0073end"},
  };
  for (const Row& row : rows) {
    const auto target = parse_target(row.target);
    ASSERT_FALSE(target) << row.name << ": " << target->path;
    EXPECT_EQ(target.error().code, Code::malformed) << row.name;
  }
}

TEST(Target, UnreservedEscapesAreDecodedAndNothingElseIsRewritten) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"/", "/"},
      {"/v1/%72efunds", "/v1/refunds"},
      {"/v1/%52%65funds", "/v1/Refunds"},
      {"/v1/%7Ea%2Db%5Fc%2ed%39", "/v1/~a-b_c.d9"},
      {"/v1/send/", "/v1/send/"},
      {"/v1/.../x", "/v1/.../x"},
      {"/v1/a%20b", "/v1/a%20b"},
      {"/v1/%C3%A9", "/v1/%C3%A9"},
      {"/v1/%c3%a9", "/v1/%c3%a9"},
      {"/v1/%3B%3F%23", "/v1/%3B%3F%23"},
      {"/v1/a+b!$&'()*,=:@", "/v1/a+b!$&'()*,=:@"},
      // Decoded once and no more: what two decodings would make of it is text.
      {"/v1/%2572efunds", "/v1/%2572efunds"},
      {"/v1/%252F", "/v1/%252F"},
  };
  for (const auto& [sent, path] : rows) {
    const auto target = parse_target(sent);
    ASSERT_TRUE(target) << sent << ": " << target.error().detail;
    EXPECT_EQ(target->path, path);
    EXPECT_FALSE(target->encoded_slash) << sent;
    EXPECT_FALSE(target->has_query) << sent;
  }
}

TEST(Target, AnEscapedSlashIsToldOfInEitherCase) {
  EXPECT_TRUE(parse_target("/v1/a%2Fb")->encoded_slash);
  EXPECT_TRUE(parse_target("/v1/a%2fb")->encoded_slash);
  EXPECT_EQ(parse_target("/v1/a%2fb")->path, "/v1/a%2fb");
}

TEST(Target, WhatIsForwardedAsItIsAndEscapedHasBothSpellings) {
  std::string both;
  for (int byte = 1; byte < 256; ++byte) {
    const auto raw = parse_target(std::string("/a") + static_cast<char>(byte) + "b");
    const auto escaped = parse_target(fmt::format("/a%{:02x}b", byte));
    const bool raw_path = raw && !raw->has_query && byte != '/' && byte != '%';
    if (!raw_path || !escaped || escaped->path == raw->path) continue;
    EXPECT_EQ(respell(escaped->path), raw->path);
    both += static_cast<char>(byte);
  }
  EXPECT_EQ(both, "!$&'()*+,:=@[]^|");
  EXPECT_EQ(respell("/a%3Bb"), "/a;b");
  EXPECT_EQ(respell("/a%2fb%c3%a4"), "/a%2Fb%C3%A4");
  EXPECT_EQ(respell("/a|b"), "");
  EXPECT_EQ(respell("/a%3Fb"), "");
}

TEST(Target, TheQueryStaysAsItWasSent) {
  const auto target = parse_target("/v1/send?a=%72%2F&b=..//;\\x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v1/send");
  EXPECT_EQ(target->query, "a=%72%2F&b=..//;\\x");
  const auto empty = parse_target("/v1/send?");
  EXPECT_TRUE(empty->has_query);
  EXPECT_EQ(empty->query, "");
}

TEST(Parameters, AreDecodedInTheirOrder) {
  const auto read = parse_parameters("b=1&a=x%20y+z&&flag&b=%C3%A9&=v&e=a%3Db=c&line=%0A");
  ASSERT_TRUE(read) << read.error().detail;
  const Parameters expected{{"b", "1"}, {"a", "x y z"}, {"flag", ""},  {"b", "é"},
                            {"", "v"},  {"e", "a=b=c"}, {"line", "\n"}};
  EXPECT_EQ(*read, expected);
}

TEST(Parameters, BehindTheThousandthAreNotReadByAll) {
  const auto behind = [](std::size_t others, std::string_view what) {
    std::string text;
    for (std::size_t i = 0; i < others; ++i)
      text += i % 2 == 0 ? "&" : "x=1&";
    return disputed_names(text + std::string(what));
  };
  using testing::ElementsAre;
  EXPECT_THAT(behind(999, "role=admin"), ElementsAre());
  EXPECT_THAT(behind(1000, "role=admin"), ElementsAre("role"));
  EXPECT_THAT(behind(1000, "ro%6ce=admin&b&&c=1"), ElementsAre("role", "b", "c"));
}

TEST(Parameters, OfMoreThanAThousandSomeReadTheFirstOnly) {
  for (const char* separator : {"&", ";"}) {
    std::string text = "a=1";
    for (int i = 1; i < 1000; ++i)
      text += separator;
    EXPECT_TRUE(is_read_by_all(text)) << separator;
    EXPECT_FALSE(is_read_by_all(text + separator)) << separator;
  }
}

TEST(Parameters, WhoSeparatesBySemicolonsToo) {
  const auto names = [](std::string_view text) { return disputed_names(text); };
  using testing::ElementsAre;
  EXPECT_THAT(names("a=1&b=2"), ElementsAre());
  EXPECT_THAT(names("a=1%3Bb=2"), ElementsAre());
  EXPECT_THAT(names("x=1&a=1;ro%6ce=2&y"), ElementsAre("a", "role"));
  EXPECT_THAT(names("a;b;;[c]=1;=2&+d=1;"), ElementsAre("a", "b", "[c]", " d"));
}

TEST(Parameters, AnEscapeWithoutAReadingIsRefused) {
  for (const std::string_view text :
       {"a=%", "a=%4", "a=%zz", "%ff=1", "a=%C0%80", "a=%ED%A0%80", "a=1%00", "amount%00=5"}) {
    EXPECT_FALSE(parse_parameters(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::proxy
