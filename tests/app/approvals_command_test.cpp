#include <gmock/gmock.h>

#include "tests/app/canned_server.hpp"
#include "tests/app/hold_sample.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string list_of(const std::string& items, const std::string& next = "null") {
  return "{\"approvals\":[" + items + "],\"next\":" + next + "}";
}

Desk& with_token(Desk& desk) {
  desk.environment["HOLDFAST_TOKEN"] = "alice-token-0123456789";
  return desk;
}

TEST(ApprovalsCommand, ListShowsATableAndAsksWithTheToken) {
  Desk desk;
  CannedServer server({{200, list_of(kHold, "\"abc/1\"")}});
  const Finished done =
      with_token(desk).run({"approvals", "list", "--status", "pending", "--control", server.url()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(StartsWith("ID "), HasSubstr(kId), HasSubstr("payment.send"), HasSubstr("1/2"),
                              HasSubstr("\\u{202e}"), Not(HasSubstr("\x1b")),
                              EndsWith("more: holdfast approvals list --cursor abc%2F1\n")));
  ASSERT_EQ(server.asked().size(), 1U);
  EXPECT_THAT(server.asked()[0], StartsWith("GET /v1/approvals?limit=100&status=pending HTTP/1.1\r\n"));
  EXPECT_THAT(server.asked()[0], HasSubstr("Authorization: Bearer alice-token-0123456789\r\n"));
}

TEST(ApprovalsCommand, JsonIsWhatTheApiReturnedAndNothingElse) {
  Desk desk;
  CannedServer server({{200, list_of(kHold)}});
  const Finished done =
      with_token(desk).run({"approvals", "list", "--json", "--control", server.url() + "/"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(done.out, list_of(kHold) + "\n");
}

TEST(ApprovalsCommand, ApproveShowsTheHoldAndSendsTheDigestItShowed) {
  Desk desk;
  CannedServer server({{200, kHold}, {200, kHold}});
  const Finished done = with_token(desk).run(
      {"approvals", "approve", kId, "--reason", "within \"budget\"", "--control", server.url()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(
      done.out,
      AllOf(HasSubstr("args:              {\"amount\":5000"), HasSubstr("digest:            sha256:00ff"),
            EndsWith("approved: the hold is pending, 1 of 2 approvals, still asked: alice, carol\n")));
  ASSERT_EQ(server.asked().size(), 2U);
  EXPECT_THAT(server.asked()[0], StartsWith(std::string("GET /v1/approvals/") + kId + " "));
  EXPECT_THAT(server.asked()[1], StartsWith(std::string("POST /v1/approvals/") + kId + "/approve "));
  EXPECT_THAT(server.asked()[1],
              EndsWith("\r\n\r\n{\"digest\":\"sha256:00ff\",\"reason\":\"within \\\"budget\\\"\"}"));
}

TEST(ApprovalsCommand, RejectSendsItsReason) {
  Desk desk;
  CannedServer server({{200, kHold}, {200, kHold}});
  const Finished done = with_token(desk).run(
      {"approvals", "reject", kId, "--reason", "unknown vendor", "--control", server.url()});
  EXPECT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(server.asked().size(), 2U);
  EXPECT_THAT(server.asked()[1], AllOf(StartsWith(std::string("POST /v1/approvals/") + kId + "/reject "),
                                       EndsWith("\"reason\":\"unknown vendor\"}")));
}

TEST(ApprovalsCommand, TheTokenCrossesNoNetworkInTheClearUnlessToldTo) {
  Desk desk;
  for (const char* url : {"http://192.0.2.1:9", "http://sidecar.invalid:9", "http://[2001:db8::1]:9"}) {
    const Finished done = with_token(desk).run({"approvals", "list", "--control", url});
    EXPECT_EQ(done.exit, 2) << url;
    EXPECT_THAT(done.err, AllOf(HasSubstr("in the clear"), HasSubstr("write https://"))) << url;
  }
  CannedServer server({{200, list_of("")}});
  const std::string everywhere = "http://0.0.0.0" + server.url().substr(server.url().rfind(':'));
  EXPECT_EQ(with_token(desk).run({"approvals", "list", "--control", everywhere}).exit, 2);
  EXPECT_EQ(with_token(desk).run({"approvals", "list", "--control", everywhere, "--insecure"}).exit, 0);
}

TEST(ApprovalsCommand, ARefusalIsItsSentenceAndExitsWithOne) {
  Desk desk;
  const std::string problem =
      R"({"type":"about:blank","title":"Conflict","status":409,"detail":"alice voted\u001b already"})";
  CannedServer server({{200, kHold}, {409, problem}});
  const Finished done = with_token(desk).run({"approvals", "approve", kId, "--control", server.url()});
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(done.err, "holdfast: alice voted\\u{1b} already (409)\n");
}

TEST(ApprovalsCommand, AHoldWithoutADigestIsNotVotedOn) {
  Desk desk;
  CannedServer server({{200, R"({"id":"x","status":"pending"})"}});
  const Finished done = with_token(desk).run({"approvals", "approve", kId, "--control", server.url()});
  EXPECT_EQ(done.exit, 3);
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST(ApprovalsCommand, AServerThatFailsExitsWithThree) {
  Desk desk;
  CannedServer server({{503, "not even JSON"}});
  const Finished done = with_token(desk).run({"approvals", "show", kId, "--control", server.url()});
  EXPECT_EQ(done.exit, 3);
  EXPECT_EQ(done.err, "holdfast: the control plane answered 503\n");
}

TEST(ApprovalsCommand, AControlPlaneThatIsNotThereExitsWithThree) {
  Desk desk;
  std::string url;
  {
    CannedServer server({{200, "{}"}});
    url = server.url();
  }  // gone: nobody listens on its port now
  const Finished done = with_token(desk).run({"approvals", "list", "--control", url});
  EXPECT_EQ(done.exit, 3);
  EXPECT_THAT(done.err, StartsWith("holdfast: cannot reach the control plane at " + url));
  EXPECT_THAT(done.out, IsEmpty());
}

TEST(ApprovalsCommand, TheControlPlaneIsFoundInTheConfigurationWithoutItsTokens) {
  Desk desk;
  CannedServer server({{200, list_of("")}});
  const std::string port = server.url().substr(server.url().rfind(':') + 1);
  desk.write("holdfast.yaml", std::string(kConfig) + "control_plane: {listen: '127.0.0.1:" + port + "'}\n");
  const Finished done = with_token(desk).run({"approvals", "list"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.out, "no approvals\n");
}

TEST(ApprovalsCommand, WhatIsNoIdNeverReachesThePath) {
  Desk desk;
  for (const char* id : {"x", "../callbacks/alice", "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d/approve"}) {
    const Finished done = with_token(desk).run({"approvals", "show", id, "--control", "http://127.0.0.1:9"});
    EXPECT_EQ(done.exit, 2) << id;
    EXPECT_THAT(done.err, HasSubstr("is not the id of an approval"));
  }
}

TEST(ApprovalsCommand, TheTokenComesFromAFileThatNobodyElseMayRead) {
  Desk desk;
  desk.write("token", "file-token-0123456789\n");
  std::filesystem::permissions(desk.root / "token", std::filesystem::perms(0644));
  const std::vector<std::string> words = {"approvals",          "list",         "--control",
                                          "http://127.0.0.1:9", "--token-file", "token"};
  const Finished refused = desk.run(words);
  EXPECT_EQ(refused.exit, 2);
  EXPECT_EQ(refused.err, "holdfast: the token file token can be read by others: run chmod 600 on it\n");

  std::filesystem::permissions(desk.root / "token", std::filesystem::perms(0600));
  CannedServer server({{200, list_of("")}, {200, list_of("")}});
  EXPECT_EQ(
      with_token(desk).run({"approvals", "list", "--control", server.url(), "--token-file", "token"}).exit,
      0);
  std::filesystem::create_directories(desk.root / ".config/holdfast");
  std::filesystem::rename(desk.root / "token", desk.root / ".config/holdfast/token");
  desk.environment.clear();
  EXPECT_EQ(desk.run({"approvals", "list", "--control", server.url()}).exit, 0);
  ASSERT_EQ(server.asked().size(), 2U);
  for (const std::string& request : server.asked()) {
    EXPECT_THAT(request, HasSubstr("Authorization: Bearer file-token-0123456789\r\n"));
  }
}

TEST(ApprovalsCommand, WithoutATokenItSaysWhereOneGoes) {
  Desk desk;
  const Finished done = desk.run({"approvals", "list", "--control", "http://127.0.0.1:9"});
  EXPECT_EQ(done.exit, 2);
  EXPECT_THAT(done.err, StartsWith("holdfast: no token: set HOLDFAST_TOKEN"));
  desk.environment["HOLDFAST_TOKEN"] = "two\nlines-of-secret";
  const Finished odd = desk.run({"approvals", "list", "--control", "http://127.0.0.1:9"});
  EXPECT_EQ(odd.exit, 2);
  EXPECT_EQ(odd.err, "holdfast: HOLDFAST_TOKEN holds something that is not a token\n");
}

}  // namespace
}  // namespace holdfast::app
