#include "net/http_parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using namespace std::string_literals;

constexpr std::size_t kMax = 100;

struct Refusal {
  const char* name;
  std::string raw;
  Code code = Code::malformed;
};

std::string get(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

TEST(RequestHead, KeepsLinesAsTheyWereSent) {
  const std::string raw =
      "POST /v1/send?x=%20&y HTTP/1.1\r\nHost: api.example:8080\r\nX-Odd:\t a  b \t\r\nx-odd: "
      "\xC3\xA9\r\nEmpty:\r\n"
      "Content-Length: 12\r\n\r\n";
  const auto head = parse_request_head(raw, kMax);
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/v1/send?x=%20&y");
  EXPECT_EQ(head->minor, 1);
  ASSERT_EQ(head->headers.size(), 5U);
  EXPECT_EQ(head->headers[1].name, "X-Odd");
  EXPECT_EQ(head->headers[1].value, "a  b");
  EXPECT_EQ(head->headers[2].value, "\xC3\xA9");
  EXPECT_EQ(head->headers[3].value, "");
  EXPECT_EQ(head->framing, Framing::length);
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->expects_continue);
  for (const HeaderLine& line : head->headers) {
    EXPECT_GE(line.name.data(), raw.data());
    EXPECT_LE(line.name.data(), raw.data() + raw.size());
  }
}

TEST(RequestHead, NothingIsLeftOfTheListWhoseMemoryItTakes) {
  HeaderList earlier;
  earlier.reserve(kUsualHeaders);
  earlier.assign(3, {"Content-Length", "5"});
  const HeaderLine* const memory = earlier.data();
  const std::string raw = get("X: b\r\n");
  const auto head = parse_request_head(raw, kMax, std::move(earlier));
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->headers.data(), memory);
  ASSERT_EQ(head->headers.size(), 2U);
  EXPECT_EQ(head->headers[0].name, "Host");
  EXPECT_EQ(head->headers[1].name, "X");
}

TEST(RequestHead, RefusesEverySecondReading) {
  const Refusal kRefusals[] = {
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n"},
      {"one bare LF", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
      {"bare CR in a value", get("X: a\rb\r\n")},
      {"CR CR LF", get("X: a\r\r\n")},
      {"obs-fold", get("X: a\r\n b\r\n")},
      {"folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"obs-fold by tab", get("X: a\r\n\tb\r\n")},
      {"space before the colon", get("Content-Length : 5\r\n")},
      {"tab before the colon", get("Transfer-Encoding\t: chunked\r\n")},
      {"name that is no token", get("X(y): b\r\n")},
      {"name with a byte over 0x7f", get("X\xC3\xA9: b\r\n")},
      {"empty name", get(": b\r\n")},
      {"no colon", get("X\r\n")},
      {"NUL in a value", get("X: a\0b\r\n"s)},
      {"DEL in a value", get("X: a\x7f\r\n")},
      {"escape in a value", get("X: \x1b[2J\r\n")},
      {"byte over 0x7f in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s},
      {"tab in the target", "GET /\tb HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"empty target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"relative target", "GET v1/send HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"HTTP/0.9", "GET /\r\n\r\n"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
      {"HTTP/2.0", "PRI * HTTP/2.0\r\n\r\n"},
      {"HTTP/01.1", "GET / HTTP/01.1\r\nHost: a\r\n\r\n"},
      {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"},
      {"no Host", "GET / HTTP/1.1\r\n\r\n"},
      {"empty Host", "GET / HTTP/1.1\r\nHost: \r\n\r\n"},
      {"two Hosts", get("Host: b\r\n")},
      {"two equal Hosts", get("host: a\r\n")},
      {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
      {"list as Host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
      {"user info in Host", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
      {"path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"other authority", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"other port", "GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"authority without Host", "GET http://a/ HTTP/1.0\r\n\r\n"},
      {"user info in the target", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"https target", "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"query without path", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"repeated length", get("Content-Length: 5\r\nContent-Length: 6\r\n")},
      {"repeated equal length", get("Content-Length: 5\r\ncontent-length: 5\r\n")},
      {"listed equal length", get("Content-Length: 5, 5\r\n")},
      {"signed length", get("Content-Length: +5\r\n")},
      {"negative length", get("Content-Length: -5\r\n")},
      {"hexadecimal length", get("Content-Length: 0x5\r\n")},
      {"empty length", get("Content-Length:\r\n")},
      {"length with a space", get("Content-Length: 5 5\r\n")},
      {"overflowing length", get("Content-Length: 18446744073709551621\r\n")},
      {"coding and length", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")},
      {"length and coding", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
      {"coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"repeated coding", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
      {"identity", get("Transfer-Encoding: identity\r\n"), Code::unsupported},
      {"gzip, chunked", get("Transfer-Encoding: gzip, chunked\r\n"), Code::unsupported},
      {"chunked, chunked", get("Transfer-Encoding: chunked, chunked\r\n"), Code::unsupported},
      {"xchunked", get("Transfer-Encoding: xchunked\r\n"), Code::unsupported},
      {"chunked with a parameter", get("Transfer-Encoding: chunked;a=b\r\n"), Code::unsupported},
      {"quoted chunked", get("Transfer-Encoding: \"chunked\"\r\n"), Code::unsupported},
      {"vertical tab before chunked", get("Transfer-Encoding: \x0b"
                                          "chunked\r\n")},
      {"empty coding", get("Transfer-Encoding:\r\n"), Code::unsupported},
      {"Connection that is no list of tokens", get("Connection: close x\r\n")},
      {"quoted Connection", get("Connection: a, \"close\"\r\n")},
      {"Proxy-Connection that is no list of tokens", get("Proxy-Connection: keep alive\r\n")},
      {"WebSocket", get("Connection: upgrade\r\nUpgrade: h2c, WebSocket\r\n"), Code::unsupported},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", Code::unsupported},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", Code::unsupported},
      {"bytes after the head", get("") + "x"},
      {"no end", "GET / HTTP/1.1\r\nHost: a\r\n"},
  };
  for (const Refusal& refusal : kRefusals) {
    const auto head = parse_request_head(refusal.raw, kMax);
    ASSERT_FALSE(head) << refusal.name;
    EXPECT_EQ(code_of(head), refusal.code) << refusal.name << ": " << head.error().detail;
  }
}

TEST(RequestHead, AValueHoldsNoControlWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    for (std::size_t at = 0; at < 20; ++at) {
      // Among bytes that differ from a control by one, and from it by their highest bit.
      for (const char around : {' ', '\x7e', '\x80', '\x88', '\xff'}) {
        std::string value = "a" + std::string(20, around) + "z";
        value[1 + at] = static_cast<char>(c);
        const std::string raw = get("X: " + value + "\r\n");
        const auto head = parse_request_head(raw, kMax);
        ASSERT_EQ(head.has_value(), !control) << c << " at " << at;
        if (head) ASSERT_EQ(head->headers[1].value, value);
      }
    }
  }
}

TEST(RequestHead, TakesTheFormsThatAreFine) {
  const std::pair<std::string, std::string_view> kGood[] = {
      {"GET / HTTP/1.0\r\n\r\n", "/"},
      {"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "/"},
      {"GET HTTP://API.example:80/x?y=http://b/ HTTP/1.1\r\nHost: api.EXAMPLE:80\r\n\r\n", "/x?y=http://b/"},
      {"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "/"},
      {"M-SEARCH /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n", "/x"},
  };
  for (const auto& [raw, target] : kGood) {
    const auto head = parse_request_head(raw, kMax);
    ASSERT_TRUE(head) << raw << head.error().detail;
    EXPECT_EQ(head->target, target);
    EXPECT_EQ(head->framing, Framing::none);
  }
}

TEST(RequestHead, KnowsWhetherTheConnectionMayLive) {
  const std::tuple<const char*, const char*, bool> kCases[] = {
      {"HTTP/1.1", "", true},
      {"HTTP/1.1", "Connection: close\r\n", false},
      {"HTTP/1.1", "Connection: x, CLOSE , y\r\n", false},
      {"HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false},
      {"HTTP/1.0", "", false},
      {"HTTP/1.0", "Connection: Keep-Alive\r\n", true},
      {"HTTP/1.0", "Connection: keep-alive, close\r\n", false},
  };
  for (const auto& [version, line, lives] : kCases) {
    const auto raw = std::string("GET / ") + version + "\r\nHost: a\r\n" + line + "\r\n";
    EXPECT_EQ(parse_request_head(raw, kMax)->keep_alive, lives) << raw;
  }
}

TEST(RequestHead, ExpectationCountsOnlyInHttp11) {
  EXPECT_TRUE(parse_request_head(get("Expect: 100-Continue\r\n"), kMax)->expects_continue);
  EXPECT_FALSE(parse_request_head(get("Expect: 200-ok\r\n"), kMax)->expects_continue);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", kMax)->expects_continue);
}

TEST(RequestHead, OneHeaderLineOverTheLimitIsTooLarge) {
  EXPECT_TRUE(parse_request_head(get("A: b\r\n"), 2));
  const auto head = parse_request_head(get("A: b\r\nC: d\r\n"), 2);
  ASSERT_FALSE(head);
  EXPECT_EQ(code_of(head), Code::too_large);
}

std::string answer(std::string_view lines, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(lines) + "\r\n";
}

TEST(ResponseHead, RefusesEverySecondReading) {
  const std::pair<const char*, std::string> kRefusals[] = {
      {"bare LF", "HTTP/1.1 200 OK\n\n"},
      {"obs-fold", answer("X: a\r\n b\r\n")},
      {"space before the colon", answer("Content-Length : 5\r\n")},
      {"control in a value", answer("X: a\x01\r\n")},
      {"control in the reason", answer("", "200 O\x07K")},
      {"no reason, no space", "HTTP/1.1 200\r\n\r\n"},
      {"two digits", answer("", "20 OK")},
      {"four digits", answer("", "2000 OK")},
      {"status 600", answer("", "600 What")},
      {"status 099", answer("", "099 What")},
      {"HTTP/2", "HTTP/2 200 OK\r\n\r\n"},
      {"HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"},
      {"ICY", "ICY 200 OK\r\n\r\n"},
      {"repeated length", answer("Content-Length: 5\r\nContent-Length: 5\r\n")},
      {"listed length", answer("Content-Length: 5, 5\r\n")},
      {"coding and length", answer("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
      {"coding and length on a 204", answer("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "204 No")},
      {"other coding", answer("Transfer-Encoding: gzip, chunked\r\n")},
      {"coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
  };
  for (const auto& [name, raw] : kRefusals) {
    const auto head = parse_response_head(raw, kMax, "GET");
    ASSERT_FALSE(head) << name;
    EXPECT_EQ(code_of(head), Code::malformed) << name;
  }
}

TEST(ResponseHead, KnowsHowTheBodyEnds) {
  const std::tuple<std::string, const char*, Framing, bool> kCases[] = {
      {answer("Content-Length: 5\r\n"), "GET", Framing::length, true},
      {answer("Transfer-Encoding: chunked\r\n"), "GET", Framing::chunked, true},
      {answer(""), "GET", Framing::until_close, false},
      {answer("Content-Length: 5\r\n"), "HEAD", Framing::none, true},
      {answer("Content-Length: 5\r\n", "304 Not Modified"), "GET", Framing::none, true},
      {answer("", "204 "), "GET", Framing::none, true},
      {answer("Content-Length: 0\r\nConnection: close\r\n"), "GET", Framing::length, false},
      {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "GET", Framing::length, false},
  };
  for (const auto& [raw, method, framing, lives] : kCases) {
    const auto head = parse_response_head(raw, kMax, method);
    ASSERT_TRUE(head) << raw << head.error().detail;
    EXPECT_EQ(head->framing, framing) << raw;
    EXPECT_EQ(head->keep_alive, lives) << raw;
  }
}

TEST(HeaderLists, FindTokensWithoutCaseAndNotInsideOthers) {
  EXPECT_TRUE(list_has("a, Close ,b", "close"));
  EXPECT_TRUE(list_has("close", "close"));
  EXPECT_FALSE(list_has("closed, x-close", "close"));
  EXPECT_FALSE(list_has("", "close"));
  EXPECT_EQ(to_lower("X-\xC3\x89 Y"), "x-\xC3\x89 y");
}

}  // namespace
}  // namespace holdfast::net
