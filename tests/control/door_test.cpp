#include "control/door.hpp"

#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

struct Row {
  const char* name;
  const char* host;
  bool ours;
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.host; }
};

Request request_with(const char* header, const std::string& value, const char* local = "10.0.0.5") {
  Request request;
  request.headers = {{header, value}};
  request.local = boost::asio::ip::make_address(local);
  request.local_port = 8081;
  return request;
}

const Options kOptions{
    .host = "control.internal", .port = "8081", .url = "https://holdfast.example:8443/base"};

class Host : public testing::TestWithParam<Row> {};

TEST_P(Host, IsOursOrNot) {
  const Row& row = GetParam();
  EXPECT_EQ(host_is_ours(kOptions, request_with("Host", row.host)), row.ours) << row.host;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Host,
    testing::Values(
        Row{"ListenName", "control.internal:8081", true}, Row{"AnyCase", "Control.Internal:8081", true},
        Row{"ListenNameWrongPort", "control.internal:8082", false},
        Row{"ListenNameNoPort", "control.internal", false}, Row{"ArrivedAt", "10.0.0.5:8081", true},
        Row{"OtherAddress", "10.0.0.6:8081", false}, Row{"Loopback", "127.0.0.1:8081", true},
        Row{"LoopbackRange", "127.9.9.9:8081", true}, Row{"LoopbackV6", "[::1]:8081", true},
        Row{"Mapped", "[::ffff:127.0.0.1]:8081", true},
        Row{"MappedArrivedAt", "[::ffff:10.0.0.5]:8081", true}, Row{"Localhost", "localhost:8081", true},
        Row{"LocalhostNoPort", "localhost", false},
        Row{"LocalhostSuffix", "localhost.attacker.example:8081", false},
        Row{"LocalhostDot", "localhost.:8081", false}, Row{"DecimalLoopback", "2130706433:8081", false},
        Row{"Unspecified", "0.0.0.0:8081", false}, Row{"Url", "holdfast.example:8443", true},
        Row{"UrlWithoutPort", "holdfast.example", false}, Row{"UrlOurPort", "holdfast.example:8081", false},
        Row{"UserInfo", "localhost@attacker.example:8081", false},
        Row{"UserInfoOurs", "attacker@localhost:8081", false}, Row{"Empty", "", false},
        Row{"PortOnly", ":8081", false}, Row{"TwoNames", "localhost:8081,attacker.example", false},
        Row{"PortSigned", "localhost:+8081", false}),
    [](const auto& row) { return row.param.name; });

TEST(Host, OverTlsOfOurOwnTheDefaultPortIsThatOfHttps) {
  Options options{.host = "control.internal", .port = "443", .url = "https://holdfast.example"};
  const std::string host = "control.internal";
  Request request = request_with("Host", host);
  request.local_port = 443;
  EXPECT_FALSE(host_is_ours(options, request));
  options.tls.cert = "tls/holdfast.pem";
  EXPECT_TRUE(host_is_ours(options, request));
}

TEST(Host, WithTheDefaultPortOfTheUrlMayBeWrittenOrNot) {
  const Options options{.host = "127.0.0.1", .port = "8081", .url = "https://holdfast.example"};
  EXPECT_TRUE(host_is_ours(options, request_with("Host", "holdfast.example")));
  EXPECT_TRUE(host_is_ours(options, request_with("Host", "holdfast.example:443")));
  EXPECT_FALSE(host_is_ours(options, request_with("Host", "holdfast.example:80")));
}

TEST(Host, WithoutAUrlOnlyWeAreOurs) {
  const Options options{.host = "127.0.0.1", .port = "8081", .url = ""};
  EXPECT_FALSE(host_is_ours(options, request_with("Host", "holdfast.example")));
  EXPECT_FALSE(origin_is_ours(options, request_with("Origin", "null")));
  EXPECT_FALSE(origin_is_ours(options, request_with("Origin", "http://127.0.0.1:8081")));
}

class OriginOf : public testing::TestWithParam<Row> {};

TEST_P(OriginOf, IsOursOrNot) {
  const Row& row = GetParam();
  EXPECT_EQ(origin_is_ours(kOptions, request_with("Origin", row.host)), row.ours) << row.host;
}

INSTANTIATE_TEST_SUITE_P(
    Table, OriginOf,
    testing::Values(Row{"Ours", "https://holdfast.example:8443", true},
                    Row{"AnyCase", "HTTPS://Holdfast.Example:8443", true},
                    Row{"OtherScheme", "http://holdfast.example:8443", false},
                    Row{"OtherPort", "https://holdfast.example", false},
                    Row{"WithPath", "https://holdfast.example:8443/", false},
                    Row{"WithBase", "https://holdfast.example:8443/base", false},
                    Row{"Subdomain", "https://a.holdfast.example:8443", false},
                    Row{"Suffix", "https://holdfast.example:8443.attacker.example", false},
                    Row{"UserInfo", "https://holdfast.example:8443@attacker.example", false},
                    Row{"Null", "null", false}, Row{"Empty", "", false},
                    Row{"Two", "https://holdfast.example:8443 https://attacker.example", false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace holdfast::control
