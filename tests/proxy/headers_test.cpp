// Which headers pass (03-calls "What the proxy accepts").
#include "proxy/headers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace holdfast::proxy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names(const std::vector<HeaderLine>& lines) {
  std::vector<std::string> out;
  for (const HeaderLine& line : lines)
    out.emplace_back(line.name);
  return out;
}

std::vector<std::string> sent(const std::vector<HeaderLine>& lines, Protocol protocol = Protocol::http) {
  const auto kept = forwardable_request(lines, protocol);
  return kept ? names(*kept) : std::vector<std::string>{"refused"};
}

TEST(RequestHeaders, ThatRewriteMethodOrTargetAreRefusedInAnyCase) {
  for (const std::string_view name :
       {"X-HTTP-Method-Override", "x-http-method-override", "X-HTTP-METHOD", "x-Method-Override",
        "X-Original-Method", "X-Original-URL", "x-original-url", "X-ReWrite-Url", "X-Original-URI",
        "X-Override-URL", "X-Original-Path", "X-Original-Host", "X-HTTP-Host-Override", "Script-Name",
        "X-Script-Name", "Path-Info", "Daphne-Root-Path"}) {
    const auto kept = forwardable_request({{name, "DELETE"}}, Protocol::http);
    ASSERT_FALSE(kept) << name;
    EXPECT_EQ(kept.error().code, Code::malformed);
    EXPECT_THAT(kept.error().detail, testing::HasSubstr(name));
    // Naming it in Connection does not smuggle it past.
    EXPECT_FALSE(forwardable_request({{"Connection", name}, {name, "DELETE"}}, Protocol::http)) << name;
  }
}

TEST(RequestHeaders, OfOursAreRefusedButForTokenAndContextWhichAreTakenOff) {
  for (const std::string_view name : {"Holdfast-Decision", "holdfast-call", "HOLDFAST-Receipt", "Holdfast-",
                                      "Holdfast-Agent-Token-2", "Holdfast-Contexts"}) {
    EXPECT_FALSE(forwardable_request({{name, "x"}}, Protocol::http)) << name;
  }
  EXPECT_THAT(sent({{"holdfast-AGENT-token", "secret"}, {"holdfast-context", "{}"}, {"X-A", "1"}}),
              ElementsAre("X-A"));
}

TEST(RequestHeaders, ThatBecomeSuchNamesWhereMarksAreDashesAreRefused) {
  for (const std::string_view name :
       {"X.HTTP.Method.Override", "X!HTTP-Method~Override", "Holdfast.Agent.Token", "Mcp.Name",
        "X_HTTP_Method_Override", "x_http-method_override", "X_Original_URL", "Holdfast_Agent_Token",
        "Holdfast_Call", "Holdfast_Context", "X_Forwarded_For", "Transfer_Encoding", "Content_Length",
        "Content_Type", "Mcp_Session_Id", "Mcp_Name", "SCRIPT_NAME", "X_Script_Name", "PATH_INFO"}) {
    EXPECT_FALSE(forwardable_request({{name, "x"}}, Protocol::http)) << name;
  }
  EXPECT_THAT(sent({{"api_key", "k"}, {"X_Trace", "t"}}), ElementsAre("api_key", "X_Trace"));
}

TEST(RequestHeaders, OfOneConnectionStayBehind) {
  for (const std::string_view name : {"Connection",
                                      "Keep-Alive",
                                      "Proxy-Connection",
                                      "Proxy-Authenticate",
                                      "Proxy-Authorization",
                                      "TE",
                                      "te",
                                      "Trailer",
                                      "Transfer-Encoding",
                                      "UPGRADE",
                                      "Content-Length",
                                      "HTTP2-Settings",
                                      "Host",
                                      "Expect",
                                      "Forwarded",
                                      "X-Forwarded-For",
                                      "x-forwarded-host",
                                      "X-Forwarded-Proto",
                                      "X-Forwarded-Prefix",
                                      "Proxy",
                                      "proxy"}) {
    EXPECT_THAT(sent({{name, "x"}, {"X-A", "1"}}), ElementsAre("X-A")) << name;
  }
}

TEST(RequestHeaders, NamedByConnectionStayBehind) {
  const std::vector<HeaderLine> lines{{"Connection", "close, authorization"},
                                      {"Authorization", "Bearer x"},
                                      {"Cookie", "c"},
                                      {"connection", "X-HOP ,x-two"},
                                      {"x-hop", "1"},
                                      {"X-Two", "2"},
                                      {"X-Hope", "3"}};
  EXPECT_THAT(sent(lines), ElementsAre("Cookie", "X-Hope"));
}

TEST(RequestHeaders, ThatArePlainPassInTheirOrder) {
  EXPECT_THAT(sent({{"B", "1"}, {"Accept-Encoding", "gzip"}, {"Authorization", "x"}, {"B", "2"}}),
              ElementsAre("B", "Accept-Encoding", "Authorization", "B"));
}

TEST(RequestHeaders, RepliesToMcpMustNotBeEncoded) {
  EXPECT_THAT(sent({{"accept-encoding", "gzip"}, {"Accept", "*/*"}}, Protocol::mcp), ElementsAre("Accept"));
}

TEST(Prefer, IsOursWhenItSaysOnlyHowToWait) {
  for (const std::string_view ours : {"wait=0", "respond-async", "Wait=10,respond-ASYNC",
                                      "respond-async ,\twait=5", "", ",", "wait=1, wait=2"})
    EXPECT_TRUE(asks_only_us(ours)) << ours;
  for (const std::string_view theirs :
       {"tx=commit", "tx=commit, wait=0", "wait=0, tx=commit", "respond-async, return=minimal", "wait",
        "wait=", "wait=1s", "wait=-1", "wait =1", "wait=\"1\"", "respond-async=1", "respond-async; tx=commit",
        "wait=1;tx=commit", "respond-async tx", "waiting=1"})
    EXPECT_FALSE(asks_only_us(theirs)) << theirs;
}

TEST(ResponseHeaders, OfTheConnectionAndOfOursStayBehind) {
  const std::vector<HeaderLine> lines{{"Connection", "close, X-Hop"},
                                      {"x-hop", "1"},
                                      {"Holdfast-Decision", "allow"},
                                      {"holdfast-receipt", "x"},
                                      {"Alt-Svc", "h3"},
                                      {"Upgrade", "h2c"},
                                      {"Content-Length", "5"},
                                      {"Transfer-Encoding", "chunked"},
                                      {"Trailer", "X"},
                                      {"Content-Type", "text/plain"},
                                      {"Set-Cookie", "a"},
                                      {"Set-Cookie", "b"}};
  EXPECT_THAT(names(forwardable_response(lines)), ElementsAre("Content-Type", "Set-Cookie", "Set-Cookie"));
}

TEST(Origin, LoopbackAndListedOnesMayCallTools) {
  const std::vector<std::string> listed{"https://app.example", "null-ish"};
  for (const std::string_view origin :
       {"http://localhost", "https://localhost", "http://localhost:3000", "http://127.0.0.1",
        "https://127.0.0.1:65535", "http://[::1]", "http://[::1]:8080", "https://app.example", "null-ish"}) {
    EXPECT_TRUE(origin_allowed({{"oRiGiN", origin}}, listed)) << origin;
  }
  EXPECT_TRUE(origin_allowed({}, {}));
}

TEST(Origin, EveryOtherIsRefused) {
  const std::vector<std::string> listed{"https://app.example"};
  for (const std::string_view origin : {"",
                                        "null",
                                        "localhost",
                                        "127.0.0.1",
                                        "http://127.0.0.1.evil.com",
                                        "http://localhost.evil.com",
                                        "http://localhost@evil.com",
                                        "http://127.0.0.1:80@evil.com",
                                        "http://127.0.0.1:",
                                        "http://127.0.0.1:8o",
                                        "http://127.0.0.1:80/",
                                        "http://[::1]evil.com",
                                        "http://[::1].evil.com",
                                        "http://[::1",
                                        "http://[::1]:x",
                                        "http://[::2]",
                                        "http://[::1]:80:90",
                                        "http://evil.com",
                                        "http://evil.com#http://localhost",
                                        "chrome-extension://localhost",
                                        "file://localhost",
                                        "ftp://127.0.0.1",
                                        "://localhost",
                                        "http://127.0.0.2",
                                        "http://127.0.0.199",
                                        "http://127.0.0.1.9",
                                        "http://127.1",
                                        "http://0.0.0.0",
                                        "https://app.example:444",
                                        "https://app.example.evil.com",
                                        "http://app.example",
                                        "https://APP.example.evil"}) {
    EXPECT_FALSE(origin_allowed({{"Origin", origin}}, listed)) << origin;
  }
}

TEST(Origin, ASecondOneDoesNotHideBehindTheFirst) {
  EXPECT_FALSE(origin_allowed({{"Origin", "http://localhost"}, {"Origin", "http://evil.com"}}, {}));
  EXPECT_FALSE(origin_allowed({{"Origin", "a"}, {"Origin", "http://evil.com"}}, {"a"}));
}

}  // namespace
}  // namespace holdfast::proxy
