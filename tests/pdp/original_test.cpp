// What other proxies send, and the request that it is about.
#include "pdp/original.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::pdp {
namespace {

struct Asked {
  Asked(std::string its_method, std::string its_target, std::vector<net::HeaderLine> headers = {},
        std::string its_body = "")
      : method(std::move(its_method)), target(std::move(its_target)), body(std::move(its_body)) {
    request.method = method;
    request.target_text = target;
    request.target = control::parse_target(target).value();
    request.headers = std::move(headers);
    request.body = body;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  [[nodiscard]] Result<Original> original() const {
    const auto setting = read_setting(request);
    return setting ? original_of(request, *setting) : fail(Code::not_found, "no setting");
  }

  std::string method, target, body;
  Request request;
};

TEST(Setting, IsSaidByThePathAlone) {
  struct Row {
    const char* target;
    Asker asker;
    Setting::Body body;
    const char* agent;
    const char* rest;
  };
  const Row rows[] = {
      {"/v1/nginx/hidden", Asker::nginx, Setting::Body::hidden, "", ""},
      {"/v1/nginx/none", Asker::nginx, Setting::Body::none, "", ""},
      {"/v1/forward-auth/sent?fields=name", Asker::forward_auth, Setting::Body::sent, "", "?fields=name"},
      {"/v1/as/bot/nginx/hidden", Asker::nginx, Setting::Body::hidden, "bot", ""},
      {"/v1/as/bot%40corp/envoy/sent/", Asker::envoy, Setting::Body::sent, "bot@corp", "/"},
      {"/v1/envoy/sent/crm/a%2Fb?x=/1", Asker::envoy, Setting::Body::sent, "", "/crm/a%2Fb?x=/1"},
      {"/v1/envoy/none/v1/as/other/envoy/sent/x", Asker::envoy, Setting::Body::none, "",
       "/v1/as/other/envoy/sent/x"},
  };
  for (const Row& row : rows) {
    const Asked asked("GET", row.target);
    const auto setting = read_setting(asked.request);
    ASSERT_TRUE(setting) << row.target;
    EXPECT_EQ(setting->asker, row.asker) << row.target;
    EXPECT_EQ(setting->body, row.body) << row.target;
    EXPECT_EQ(setting->agent, row.agent) << row.target;
    EXPECT_EQ(setting->rest, row.rest) << row.target;
  }
  for (const char* target :
       {"/", "/v1/check", "/v1/nginx", "/v1/nginx/", "/v1/nginx/hidden/", "/v1/nginx/hidden/x",
        "/v2/nginx/hidden", "/v1/as/nginx/hidden", "/v1/as//nginx/hidden", "/v1/envoy/sent",
        "/v1/envoy/sent?x=1", "/v1/envoy/sent*", "/V1/nginx/hidden", "/v1/as/a/as/b/nginx/hidden"}) {
    const Asked asked("GET", target);
    EXPECT_FALSE(read_setting(asked.request)) << target;
  }
}

TEST(Original, OfNginxIsWhatItsHeadersTellOnce) {
  const Asked asked("GET", "/v1/nginx/hidden",
                    {{"Host", "crm.example"},
                     {"X-Original-Method", "DELETE"},
                     {"X-Original-URI", "/crm/7?x=1"},
                     {"Content-Length", "0"},
                     {"Holdfast-Pdp-Token", "t"},
                     {"Accept", "*/*"}});
  const auto original = asked.original();
  ASSERT_TRUE(original);
  EXPECT_EQ(original->head.method, "DELETE");
  EXPECT_EQ(original->head.target, "/crm/7?x=1");
  EXPECT_FALSE(original->body_known);
  ASSERT_EQ(original->head.headers.size(), 2U);
  EXPECT_EQ(original->head.headers[0].value, "crm.example");
  EXPECT_EQ(original->head.headers[1].name, "Accept");
}

TEST(Original, IsRefusedWhereATunnelWouldFollowOrHeadersMayNot) {
  const std::vector<net::HeaderLine> plain{
      {"Host", "h"}, {"X-Forwarded-Method", "GET"}, {"X-Forwarded-Uri", "/crm/7"}, {"X-Forwarded-Host", "h"}};
  EXPECT_TRUE(Asked("GET", "/v1/forward-auth/sent", plain).original());
  for (const net::HeaderLine& line :
       {net::HeaderLine{"Connection", "close, x-env"}, net::HeaderLine{"connection", "x-env"},
        net::HeaderLine{"upgrade", "h2c"}, net::HeaderLine{"Upgrade", "websocket"},
        net::HeaderLine{"HTTP2-Settings", "AAMAAABk"},
        net::HeaderLine{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}) {
    auto headers = plain;
    headers.push_back(line);
    EXPECT_FALSE(Asked("GET", "/v1/forward-auth/sent", headers).original()) << line.name;
  }
}

TEST(Original, IsRefusedWhereTheProxyDoesNotTellItOrTellsItTwice) {
  const net::HeaderLine host{"Host", "h"}, method{"X-Original-Method", "GET"}, uri{"X-Original-URI", "/a"};
  for (const std::vector<net::HeaderLine>& headers :
       std::vector<std::vector<net::HeaderLine>>{{host, method},
                                                 {host, uri},
                                                 {method, uri},
                                                 {host, method, uri, uri},
                                                 {host, method, method, uri},
                                                 {host, method, {"X-Original-URI", "a"}},
                                                 {host, method, {"X-Original-URI", ""}},
                                                 {host, method, {"X-Original-URI", "/a b"}},
                                                 {host, method, {"X-Original-URI", "/\xc3\xa4"}},
                                                 {host, method, {"X-Original-URI", "http://h/a"}}}) {
    EXPECT_FALSE(Asked("GET", "/v1/nginx/hidden", headers).original());
  }
  EXPECT_FALSE(Asked("GET", "/v1/forward-auth/hidden", {host, method, uri}).original());
}

// nginx replaces these two in the question; under another proxy they are the client's, and an upstream may
// heed them: the agent plane's recogniser refuses them.
TEST(Original, KeepsWhatIsTheClientsOwnForTheRecogniserToRefuse) {
  const auto names_uri = [](const Original& original) {
    return net::count_headers(original.head.headers, "X-Original-URI");
  };
  const Asked envoy("GET", "/v1/envoy/none/crm/7", {{"Host", "h"}, {"X-Original-URI", "/other"}});
  ASSERT_TRUE(envoy.original());
  EXPECT_EQ(names_uri(*envoy.original()), 1U);
}

TEST(Original, BodyIsKnownOnlyAsFarAsItIsPromisedAndShown) {
  struct Row {
    const char* target;
    const char* partial;  // null: no such header
    const char* type;
    const char* body;
    bool known;
  };
  const Row rows[] = {
      {"/v1/envoy/sent/a", "false", "application/json", "{}", true},
      {"/v1/envoy/sent/a", "true", "application/json", "{}", false},
      {"/v1/envoy/sent/a", nullptr, "application/json", "{}", false},
      {"/v1/envoy/sent/a", "FALSE", "application/json", "{}", false},
      {"/v1/envoy/sent/a", nullptr, nullptr, "", true},
      {"/v1/envoy/sent/a", "true", nullptr, "", false},
      {"/v1/envoy/sent/a", nullptr, "application/json", "", false},
      {"/v1/envoy/hidden/a", "false", "application/json", "{}", false},
      {"/v1/envoy/hidden/a", nullptr, nullptr, "", false},
      {"/v1/envoy/none/a", nullptr, "application/json", "", true},
      {"/v1/forward-auth/sent", nullptr, "application/json", "{}", true},
      {"/v1/forward-auth/sent", nullptr, "application/json", "", false},
      {"/v1/forward-auth/sent", nullptr, nullptr, "", true},
      {"/v1/forward-auth/hidden", nullptr, "application/json", "{}", false},
      {"/v1/nginx/none", nullptr, nullptr, "", true},
      {"/v1/nginx/sent", nullptr, "application/json", "{}", false},
      {"/v1/nginx/sent", nullptr, nullptr, "", false},
  };
  for (const Row& row : rows) {
    std::vector<net::HeaderLine> headers{{"Host", "h"},
                                         {"X-Original-Method", "POST"},
                                         {"X-Original-URI", "/a"},
                                         {"X-Forwarded-Method", "POST"},
                                         {"X-Forwarded-Uri", "/a"},
                                         {"X-Forwarded-Host", "h"}};
    if (row.partial != nullptr) headers.push_back({"x-envoy-auth-partial-body", row.partial});
    if (row.type != nullptr) headers.push_back({"Content-Type", row.type});
    const Asked asked("POST", row.target, headers, row.body);
    const auto original = asked.original();
    ASSERT_TRUE(original) << row.target;
    EXPECT_EQ(original->body_known, row.known) << row.target << " " << row.body;
    EXPECT_EQ(original->body, row.known ? row.body : "") << "what is not whole is not read at all";
    EXPECT_EQ(original->head.framing == net::Framing::none, row.known && row.body[0] == '\0') << row.target;
  }
  EXPECT_FALSE(Asked("POST", "/v1/envoy/none/a", {{"Host", "h"}}, "{}").original()) << "none was promised";
}

}  // namespace
}  // namespace holdfast::pdp
