// A rule on `http.host`, and every spelling in which servers find that host: spellings_test.cpp says what
// for.
#include <gtest/gtest.h>

#include "net/http_parse.hpp"
#include "proxy/recognise.hpp"
#include "tests/proxy/house.hpp"

namespace holdfast::proxy {
namespace {

using policy::is;
using policy::Operator;
using policy::rule;
using Judging = std::shared_ptr<const Snapshot>;

Judging judging(std::vector<policy::Rule> rules, bool tls = false) {
  Upstream upstream = test::shop();
  upstream.preserve_host = true;
  upstream.tls = tls;
  return test::snapshot({upstream}, std::move(rules));
}

// What becomes of a request with this Host.
std::string verdict(const Judging& snapshot, const std::string& host) {
  const std::string text = "GET /shop/v1/send HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  const auto head = net::parse_request_head(text, 100);
  Recognised request;
  if (!head || !recognise_head(snapshot, *head, request)) return "refused";
  EXPECT_EQ(request.sent_host, host) << "it is sent on as it came";
  return std::string(to_string(snapshot->policy->decide(request.call).effect));
}

const char* const kSame[] = {
    "admin.internal",  "Admin.Internal",     "ADMIN.INTERNAL",     "admin.internal.",   "admin.internal:80",
    "admin.internal:", "admin.internal.:80", "admin.internal:080", "Admin.Internal.:80"};
const char* const kWithPort[] = {"admin.internal:8080", "admin.internal.:8080", "admin.internal:443",
                                 "ADMIN.internal:8080", "admin.internal:80:80"};

TEST(Spellings, NoneOfADeniedHostIsLetThrough) {
  for (const Operator op : {Operator::eq, Operator::ends_with, Operator::glob}) {
    const Judging denies = judging(
        {rule("**", Effect::deny, is("http.host", op, "\"admin.internal\"")), rule("**", Effect::allow)});
    for (const char* host : kSame)
      EXPECT_EQ(verdict(denies, host), "deny") << host;
    for (const char* host : kWithPort)
      EXPECT_EQ(verdict(denies, host), "deny") << host;
    for (const char* host : {"crm.internal", "crm.internal:8080", "127.0.0.1:8080", "[::1]:8080"})
      EXPECT_EQ(verdict(denies, host), "allow") << host;
  }
}

TEST(Spellings, AnAllowedHostIsAllowedInEachThatIsTheSame) {
  const Judging name =
      judging({rule("**", Effect::allow, is("http.host", Operator::eq, "\"admin.internal\""))});
  const Judging both = judging({rule(
      "**", Effect::allow, is("http.host", Operator::in, R"(["admin.internal","admin.internal:8080"])"))});
  for (const char* host : kSame)
    EXPECT_EQ(verdict(name, host), "allow") << host;
  for (const char* host : kWithPort)
    EXPECT_EQ(verdict(name, host), "deny") << host;
  EXPECT_EQ(verdict(both, "Admin.internal:8080"), "allow");
  EXPECT_EQ(verdict(both, "admin.internal:443"), "deny");
}

TEST(Spellings, ThePortThatIsLeftOutIsThatOfTheUpstreamsScheme) {
  const Judging tls =
      judging({rule("**", Effect::allow, is("http.host", Operator::eq, "\"admin.internal\""))}, true);
  EXPECT_EQ(verdict(tls, "admin.internal:443"), "allow");
  EXPECT_EQ(verdict(tls, "admin.internal:80"), "deny");
}

}  // namespace
}  // namespace holdfast::proxy
