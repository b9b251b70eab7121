// Who gets in, and what everybody gets: the guards before every endpoint.
#include <fmt/format.h>

#include "tests/control/control_plane.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Access : public ControlPlane {};

TEST_F(Access, AWrongOrMissingTokenIsRefusedWithAChallenge) {
  const Answer missing = get("/v1/approvals");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.header("www-authenticate"), "Bearer realm=\"holdfast\"");
  EXPECT_EQ(missing.header("content-type"), "application/problem+json");

  const Answer wrong = get("/v1/approvals", bearer("alice-token-012345678X"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_THAT(wrong.header("www-authenticate"), HasSubstr("invalid_token"));
  EXPECT_THAT(wrong.body, Not(HasSubstr("alice-token")));
}

TEST_F(Access, OnlyOneBearerCredentialInTheAuthorizationHeaderCounts) {
  const std::string token(kAliceToken);
  const std::vector<std::string> refused{"Authorization: Basic " + token + "\r\n",
                                         "Authorization: " + token + "\r\n",
                                         "Authorization: Bearer\r\n",
                                         "Authorization: Bearer " + token + " \tx\r\n",
                                         "Authorization: Bearer " + token + "," + token + "\r\n",
                                         bearer(token) + bearer(token),
                                         "X-Authorization: Bearer " + token + "\r\n",
                                         "Cookie: token=" + token + "\r\n"};
  for (const std::string& headers : refused)
    EXPECT_EQ(get("/v1/approvals", headers).status, 401) << headers;
  EXPECT_EQ(get("/v1/approvals", "authorization: bearer " + token + "\r\n").status, 200);
}

TEST_F(Access, ATokenInTheQueryIsNoToken) {
  for (const char* name : {"token", "access_token", "authorization"}) {
    EXPECT_EQ(get(fmt::format("/v1/approvals?{}={}", name, kAliceToken)).status, 401) << name;
  }
}

TEST_F(Access, AnApproverWithoutATokenIsNotFoundByAnEmptyOne) {
  EXPECT_EQ(get("/v1/approvals", "Authorization: Bearer \r\n").status, 401);
}

TEST_F(Access, FailuresOfOneAddressAreLimitedAndTheLimitPasses) {
  for (int i = 0; i < control::FailureLimiter::kBurst; ++i) {
    EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 401) << i;
  }
  const Answer limited = get("/v1/approvals", bearer("a-wrong-token-0123456"));
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.header("retry-after"), "6");
  EXPECT_EQ(get("/healthz").status, 200);

  clock_.step_wall(std::chrono::hours(1));  // setting the machine's clock buys nothing
  EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 429);
  clock_.advance(control::FailureLimiter::kRefill);
  EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 401);
  EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 429);
}

// Whoever shares the address of an approver could otherwise keep her from voting and from halting everything.
TEST_F(Access, ARightTokenPassesHoweverManyWrongOnesCameFromItsAddress) {
  for (int i = 0; i < 3 * control::FailureLimiter::kBurst; ++i)
    EXPECT_NE(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 200);
  EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 429);
  EXPECT_EQ(get("/v1/approvals", bearer(kAliceToken)).status, 200);
  EXPECT_EQ(get("/v1/approvals", bearer("a-wrong-token-0123456")).status, 429) << "and refills nothing";
}

TEST_F(Access, AHostThatIsNotOursIsMisdirected) {
  const auto ask_host = [&](const std::string& host) {
    RawClient client(port_);
    client.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.read().status;
  };
  EXPECT_EQ(ask_host("attacker.example"), 421);
  EXPECT_EQ(ask_host(fmt::format("attacker.example:{}", port_)), 421);
  EXPECT_EQ(ask_host(fmt::format("127.0.0.1.attacker.example:{}", port_)), 421);
  EXPECT_EQ(ask_host("127.0.0.1"), 421);
  EXPECT_EQ(ask_host(fmt::format("192.0.2.7:{}", port_)), 421);
  EXPECT_EQ(ask_host(fmt::format("LocalHost:{}", port_)), 200);
  EXPECT_EQ(ask_host("holdfast.corp.example"), 200);
}

TEST_F(Access, ARequestOfAnotherOriginIsForbiddenEvenWithAToken) {
  const std::string token = bearer(kAliceToken);
  for (const char* origin :
       {"https://attacker.example", "null", "http://holdfast.corp.example",
        "https://holdfast.corp.example:8443", "https://holdfast.corp.example/base", ""}) {
    EXPECT_EQ(get("/v1/approvals", fmt::format("{}Origin: {}\r\n", token, origin)).status, 403) << origin;
  }
  EXPECT_EQ(get("/v1/approvals", token + "Origin: https://holdfast.corp.example\r\n").status, 200);
  EXPECT_EQ(get("/v1/approvals", token + "Origin: https://holdfast.corp.example\r\nOrigin: null\r\n").status,
            403);
}

TEST_F(Access, NothingElseExists) {
  const std::string token = bearer(kAliceToken);
  for (const char* path :
       {"/", "/v1", "/v1/approvals/", "/v1//approvals", "/v1/approvals/x/approve/y", "/v1/policy",
        "/v1/x/../approvals", "/V1/approvals", "/healthz/", "/.well-known/holdfast", "/metrics/"}) {
    const Answer answer = get(path, token);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(member(answer.body, "status"), "404") << path;
    EXPECT_EQ(member(answer.body, "type"), "\"about:blank\"") << path;
    EXPECT_EQ(member(answer.body, "title"), "\"Not Found\"") << path;
  }
}

TEST_F(Access, AWrongMethodIsToldTheRightOnes) {
  const Answer posted = post("/v1/approvals", bearer(kAliceToken), "{}");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.header("allow"), "GET, HEAD");
  const Answer deleted = ask("DELETE", "/v1/callbacks/alice", "", "");
  EXPECT_EQ(deleted.status, 405);
  EXPECT_EQ(deleted.header("allow"), "POST");
}

TEST_F(Access, UnknownAndRepeatedQueryParametersAreRefused) {
  const std::string token = bearer(kAliceToken);
  for (const char* query : {"state=pending", "limit=1&limit=2", "limit=0", "limit=1001", "limit=1x",
                            "limit=", "status=Pending", "status=open"}) {
    EXPECT_EQ(get(fmt::format("/v1/approvals?{}", query), token).status, 400) << query;
  }
  EXPECT_EQ(get("/v1/approvals?status=pending&limit=1000&agent=bot&tool=payment.send", token).status, 200);
}

TEST_F(Access, BodiesOverTheLimitAreRefusedBeforeAnybodyIsAuthenticated) {
  const std::string body((64 << 10) + 1, ' ');
  const Answer announced = post("/v1/callbacks/alice", "", body);
  EXPECT_EQ(announced.status, 413);
  EXPECT_EQ(announced.header("connection"), "close");

  RawClient client(port_);
  client.send(
      fmt::format("POST /v1/callbacks/alice HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "{:x}\r\n{}\r\n0\r\n\r\n",
                  host_, body.size(), body));
  EXPECT_EQ(client.read().status, 413);
}

TEST_F(Access, MalformedHeadsAreAnsweredAndClosed) {
  RawClient client(port_);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_TRUE(client.ended());
}

TEST_F(Access, EveryAnswerCarriesTheSecurityHeaders) {
  for (const Answer& answer : {get("/healthz"), get("/nothing"), get("/v1/approvals"),
                               post("/healthz", "", "x"), get("/v1/approvals", bearer(kAliceToken))}) {
    EXPECT_EQ(answer.header("cache-control"), "no-store");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_THAT(answer.header("date"), testing::EndsWith(" GMT"));
  }
}

TEST_F(Access, OneConnectionCarriesManyRequestsAndHeadHasNoBody) {
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send(fmt::format(
        "HEAD /healthz HTTP/1.1\r\nHost: {0}\r\n\r\nGET /healthz HTTP/1.1\r\nHost: {0}\r\n\r\n", host_));
    const Answer head = client.read(false);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), "2");
    EXPECT_EQ(client.read().body, "ok");
  }
  client.send(fmt::format("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", host_));
  EXPECT_EQ(client.read().header("connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST_F(Access, DrainingLetsAnAnswerFinish) {
  std::promise<void> desk_is_busy;
  std::promise<void> desk_may_go_on;
  auto blocked = std::async(std::launch::async, [&] {
    on_desk([&](approvals::Desk&) {
      desk_is_busy.set_value();
      desk_may_go_on.get_future().get();
      return true;
    });
  });
  desk_is_busy.get_future().get();
  // Pipelined: when the first is answered, the second is with the desk.
  RawClient client(port_);
  client.send(fmt::format(
      "GET /healthz HTTP/1.1\r\nHost: {0}\r\n\r\nGET /v1/approvals HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", host_,
      bearer(kAliceToken)));
  EXPECT_EQ(client.read().status, 200);
  const auto drained = begin_drain();
  EXPECT_EQ(drained.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  desk_may_go_on.set_value();
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  drained.get();
}

TEST_F(Access, DrainingEndsIdleConnectionsAndTakesNoNewOnes) {
  RawClient client(port_);
  client.send(fmt::format("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", host_));
  EXPECT_EQ(client.read().status, 200);
  drain();
  EXPECT_TRUE(client.ended());
  EXPECT_THROW(RawClient late(port_), std::runtime_error);
}

}  // namespace
}  // namespace holdfast::test
