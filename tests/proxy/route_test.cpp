// Which upstream and which tool a path is for (02-policy "Names", 08-attacks "Policy").
#include "proxy/route.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house.hpp"
#include "proxy/route_index.hpp"

namespace holdfast::proxy {
namespace {

using test::shop;
using test::tool;

std::string found(const Upstream& upstream, std::string_view method, std::string_view path) {
  const auto match = find_tool(upstream, method, path);
  if (!match) return "refused";
  return match->tool == nullptr ? "none" : match->tool->name;
}

TEST(Route, TheLongestPrefixWins) {
  std::vector<Upstream> upstreams(3, shop());
  upstreams[0].path = "/";
  upstreams[1].path = "/crm/";
  upstreams[2].path = "/crm/eu/";
  EXPECT_EQ(find_upstream(upstreams, "/crm/eu/x"), &upstreams[2]);
  EXPECT_EQ(find_upstream(upstreams, "/crm/x"), &upstreams[1]);
  EXPECT_EQ(find_upstream(upstreams, "/crm"), &upstreams[0]);
  EXPECT_EQ(find_upstream(upstreams, "/CRM/x"), &upstreams[0]);
  EXPECT_EQ(strip_prefix(upstreams[2], "/crm/eu/x/y"), "/x/y");
  EXPECT_EQ(strip_prefix(upstreams[0], "/x"), "/x");
}

TEST(Route, NothingStandsBesideAPrefix) {
  const std::vector<Upstream> upstreams{shop()};
  for (const std::string_view path : {"/", "/shop", "/shopping/", "/Shop/x", "/x/shop/"})
    EXPECT_EQ(find_upstream(upstreams, path), nullptr) << path;
}

TEST(Route, AnMcpEndpointIsOnePath) {
  const std::vector<Upstream> upstreams{test::payment()};
  EXPECT_EQ(find_upstream(upstreams, "/mcp/payment"), upstreams.data());
  for (const std::string_view path :
       {"/mcp/payment/", "/mcp/payment/x", "/mcp/payments", "/mcp", "/MCP/payment"})
    EXPECT_EQ(find_upstream(upstreams, path), nullptr) << path;
}

TEST(Route, ATemplateTakesExactlyItsOwnPaths) {
  const Upstream upstream =
      shop({tool("send", "POST", "/v1/send"), tool("refund", "POST", "/v1/customers/{id}/refunds"),
            tool("root", "GET", "/")});
  EXPECT_EQ(found(upstream, "POST", "/v1/send"), "send");
  EXPECT_EQ(found(upstream, "POST", "/v1/customers/c%201/refunds"), "refund");
  EXPECT_EQ(found(upstream, "GET", "/"), "root");
  for (const std::string_view path :
       {"/v1", "/v1/sends", "/v1/sen", "/v1/send/x", "/x/v1/send", "/v1/customers/refunds",
        "/v1/customers/1/2/refunds", "/v1/send-all", "/v1/xsend"}) {
    EXPECT_EQ(found(upstream, "POST", path), "none") << path;
  }
  EXPECT_EQ(found(upstream, "GET", "/v1/send"), "none");
  EXPECT_EQ(found(upstream, "HEAD", "/"), "none");
}

TEST(Route, ParametersAreTheSegmentsAsTheyStand) {
  const Upstream upstream = shop({tool("refund", "POST", "/v1/{customer}/refunds/{n}")});
  const auto match = find_tool(upstream, "POST", "/v1/c%201/refunds/7.json");
  ASSERT_TRUE(match);
  const std::vector<std::pair<std::string_view, std::string_view>> expected{{"customer", "c%201"},
                                                                            {"n", "7.json"}};
  EXPECT_EQ(match->parameters, expected);
}

TEST(Route, TheMoreConcreteTemplateWinsWhateverTheOrder) {
  const Tool any = tool("any", "GET", "/v1/{a}/{b}");
  const Tool mine = tool("mine", "GET", "/v1/users/{b}");
  const Tool me = tool("me", "GET", "/v1/users/me");
  for (const auto& tools : {std::vector{any, mine, me}, std::vector{me, mine, any}}) {
    const Upstream upstream = shop(tools);
    EXPECT_EQ(found(upstream, "GET", "/v1/users/me"), "me");
    EXPECT_EQ(found(upstream, "GET", "/v1/users/you"), "mine");
    EXPECT_EQ(found(upstream, "GET", "/v1/x/me"), "any");
  }
}

// Express takes the first that was registered, others the one with the literal further left.
TEST(Route, APathThatFitsTwoTemplatesOfWhichNeitherIsTheMoreConcreteIsRefused) {
  const Tool any = tool("any", "GET", "/v1/{a}/{b}");
  const Tool first = tool("first", "GET", "/v1/users/{b}");
  const Tool second = tool("second", "GET", "/v1/{a}/me");
  for (const auto& tools : {std::vector{any, first, second}, std::vector{second, first, any}}) {
    const Upstream upstream = shop(tools);
    for (const std::string_view path : {"/v1/users/me", "/v1/users/ME", "/v1/users/me/", "/v1/users/me.json"})
      EXPECT_EQ(found(upstream, "GET", path), "refused") << path;
    EXPECT_EQ(found(upstream, "GET", "/v1/users/x"), "first");
    EXPECT_EQ(found(upstream, "GET", "/v1/x/me"), "second");
    EXPECT_EQ(found(upstream, "GET", "/v1/x/y"), "any");
  }
  EXPECT_EQ(found(shop({first, second, tool("both", "GET", "/v1/users/me")}), "GET", "/v1/users/me"), "both");
  Upstream loose = shop({first, second});
  loose.loose_routes = true;
  EXPECT_EQ(found(loose, "GET", "/v1/users/me"), "refused");
  EXPECT_THAT(find_tool(loose, "GET", "/v1/users/me").error().detail,
              testing::HasSubstr("fits both /v1/users/{b} and /v1/{a}/me"));
}

// Of an OpenAPI operation without operationId: it is no tool, and what is meant for it is not another's.
TEST(Route, WhatFitsATemplateWithoutANameIsNoToolsAndNotTheOneOfAWiderTemplate) {
  const Upstream upstream = shop({tool("get", "GET", "/v1/{id}"), tool("", "GET", "/v1/export"),
                                  tool("", "GET", "/v1/{id}/raw"), tool("part", "GET", "/v1/{id}/{part}")});
  EXPECT_EQ(found(upstream, "GET", "/v1/7"), "get");
  EXPECT_EQ(found(upstream, "GET", "/v1/export"), "none");
  EXPECT_EQ(found(upstream, "GET", "/v1/7/raw"), "none");
  EXPECT_EQ(found(upstream, "GET", "/v1/7/cooked"), "part");
  EXPECT_EQ(found(upstream, "GET", "/v1/Export"), "refused");
  EXPECT_THAT(find_tool(upstream, "GET", "/v1/Export").error().detail,
              testing::HasSubstr("nearly that of an operation; send exactly GET /v1/export"));
}

const char* const kLookAlikes[] = {
    "/v1/send/",
    "/V1/send",
    "/v1/SEND",
    "/v1/send.json",
    "/v1/Send.XML/",
    "/v1/send.",
    "/v1/send%20",
    "/v1/%EF%BC%B3end",       // fullwidth S
    "/v1/%C5%BFend",          // long s
    "/v1/se%E2%80%8Bnd",      // a zero-width space in its middle
    "/v1/send%EF%BC%8Ejson",  // fullwidth full stop
    "/v1%EF%BC%8Fsend",       // fullwidth solidus
    "/v1%2Fsend",             // for an upstream that keeps escaped slashes
    "/v1/send%2F",
};

TEST(Route, APathThatACarelessServerTakesForAToolIsRefused) {
  const Upstream upstream = shop({tool("send", "POST", "/v1/send")});
  for (const std::string_view path : kLookAlikes) {
    const auto match = find_tool(upstream, "POST", path);
    ASSERT_FALSE(match) << path;
    EXPECT_EQ(match.error().code, Code::malformed);
    EXPECT_THAT(match.error().detail, testing::HasSubstr("send exactly POST /v1/send")) << path;
  }
}

TEST(Route, SoIsTheOtherSpellingOfATemplateWithEscapesOrATrailingSlash) {
  const Upstream upstream = shop({tool("cafe", "GET", "/v1/caf%C3%A9"), tool("list", "GET", "/v1/items/")});
  EXPECT_EQ(found(upstream, "GET", "/v1/caf%C3%A9"), "cafe");
  EXPECT_EQ(found(upstream, "GET", "/v1/caf%c3%a9"), "refused");
  EXPECT_EQ(found(upstream, "GET", "/v1/cafe%CC%81"), "refused");
  EXPECT_EQ(found(upstream, "GET", "/v1/items"), "refused");
  EXPECT_EQ(found(upstream, "GET", "/v1/items/"), "list");
}

TEST(Route, ATemplateWithAParameterDoesNotCoverForALookAlikeOfAnother) {
  const Upstream upstream = shop({tool("get", "GET", "/v1/{id}"), tool("export", "GET", "/v1/export")});
  EXPECT_EQ(found(upstream, "GET", "/v1/export"), "export");
  EXPECT_EQ(found(upstream, "GET", "/v1/7"), "get");
  EXPECT_EQ(found(upstream, "GET", "/v1/7.json"), "get");
  for (const std::string_view path : {"/v1/Export", "/v1/export.json", "/v1/%EF%BD%85xport", "/v1/export/"})
    EXPECT_EQ(found(upstream, "GET", path), "refused") << path;
}

// Express runs the one that was registered first for all three: an allow for one would be one for the others.
TEST(Route, OfTwoListedSpellingsNeitherIsRun) {
  for (const bool loose : {false, true}) {
    std::vector<Upstream> upstreams{shop(
        {tool("one", "GET", "/v1/list"), tool("two", "GET", "/v1/list/"), tool("three", "GET", "/v1/List"),
         tool("user", "GET", "/v1/people/{id}"), tool("person", "GET", "/v1/People/{name}/"),
         tool("make", "POST", "/v1/list"), tool("file", "GET", "/v1/list.json")})};
    upstreams[0].loose_routes = loose;
    for (const bool indexed : {false, true}) {
      if (indexed) index_routes(upstreams);
      for (const std::string_view path :
           {"/v1/list", "/v1/list/", "/v1/List", "/v1/LIST", "/v1/people/7", "/v1/People/7/"})
        EXPECT_EQ(found(upstreams[0], "GET", path), "refused") << path;
      EXPECT_EQ(found(upstreams[0], "POST", "/v1/list"), "make");
      EXPECT_EQ(found(upstreams[0], "GET", "/v1/list.json"), "file");
    }
  }
  EXPECT_THAT(
      find_tool(shop({tool("one", "GET", "/v1/list"), tool("two", "GET", "/v1/List")}), "GET", "/v1/List")
          .error()
          .detail,
      testing::HasSubstr("fits both /v1/List and /v1/list"));
}

TEST(Route, LooseRoutesMeanTheToolThatIsResembled) {
  Upstream upstream = shop({tool("send", "POST", "/v1/send"), tool("refund", "POST", "/v1/{id}/refund")});
  upstream.loose_routes = true;
  for (const std::string_view path : {"/v1/send/", "/V1/send", "/v1/send.json", "/v1/%EF%BC%B3end"})
    EXPECT_EQ(found(upstream, "POST", path), "send") << path;
  const auto match = find_tool(upstream, "POST", "/v1/C7/Refund/");
  ASSERT_TRUE(match);
  ASSERT_EQ(match->parameters.size(), 1U);
  EXPECT_EQ(match->parameters[0].second, "C7");
  EXPECT_EQ(found(upstream, "POST", "/v1/sends"), "none");
  // What only decoding would cut into segments fits no template segment by segment.
  EXPECT_EQ(found(upstream, "POST", "/v1%2Fsend"), "refused");
}

}  // namespace
}  // namespace holdfast::proxy
