#include <gtest/gtest.h>

#include "net/fetch.hpp"
#include "tests/net/code_of.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

TEST(Addresses, PrivateOnesAreKnownInEveryDisguise) {
  for (const char* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.168.1.1",
                           "198.18.0.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "::127.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "2002:7f00:1::",
                           "2001:0:1::1",
                           "fc00::1",
                           "fdff::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "2001:db8::1"}) {
    EXPECT_TRUE(is_private(asio::ip::make_address(text))) << text;
  }
}

TEST(Addresses, PublicOnesAreNot) {
  for (const char* text :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.0.1", "192.169.0.1", "223.255.255.255",
        "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2a00::1"}) {
    EXPECT_FALSE(is_private(asio::ip::make_address(text))) << text;
  }
}

TEST(Addresses, LoopbackIncludesTheMappedOne) {
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(asio::ip::make_address(text))) << text;
  }
  for (const char* text : {"10.0.0.1", "::2", "::ffff:10.0.0.1", "1.1.1.1"}) {
    EXPECT_FALSE(is_loopback(asio::ip::make_address(text))) << text;
  }
}

TEST(Urls, AreTakenApart) {
  const auto plain = parse_url("http://api.example/v1/x?y=1&z=%20");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "api.example");
  EXPECT_EQ(plain->port, "80");
  EXPECT_EQ(plain->target, "/v1/x?y=1&z=%20");
  EXPECT_EQ(plain->authority, "api.example");
  const auto secure = parse_url("HTTPS://[::1]:8443");
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->host, "::1");
  EXPECT_EQ(secure->port, "8443");
  EXPECT_EQ(secure->target, "/");
  EXPECT_EQ(secure->authority, "[::1]:8443");
}

TEST(Urls, RefuseWhatIsNoneOfOurs) {
  for (const char* text :
       {"", "x", "/path", "ftp://a/", "file:///etc/passwd", "http://", "http:///x", "http://a b/",
        "http://u:p@a/", "http://u@a/", "http://a/#f", "http://a:0/", "http://a:70000/", "http://a:x/",
        "http://a%2eb/", "http://a/\r\nX: y", "http://a/\xC3\xA9", "javascript:1"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(code_of(url), Code::malformed) << text;
  }
}

}  // namespace
}  // namespace holdfast::net
