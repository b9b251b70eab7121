#include <gmock/gmock.h>

#include "tests/app/canned_server.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kHalted =
    R"({"halted":true,"by":"alice","via":"token","reason":"en\u202eough","at":"2026-01-02T03:04:05.678Z"})";

Desk& with_token(Desk& desk) {
  desk.environment["HOLDFAST_TOKEN"] = "alice-token-0123456789";
  return desk;
}

TEST(HaltCommand, SendsTheReasonAndSaysWhatIsInForce) {
  Desk desk;
  CannedServer server({{200, kHalted}});
  const Finished done = with_token(desk).run({"halt", "--reason", "say \"stop\"", "--control", server.url()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.out, "halted since 2026-01-02T03:04:05.678Z by alice: en\\u{202e}ough\n");
  ASSERT_EQ(server.asked().size(), 1U);
  EXPECT_THAT(server.asked()[0], AllOf(StartsWith("POST /v1/halt HTTP/1.1\r\n"),
                                       EndsWith("\r\n\r\n{\"reason\":\"say \\\"stop\\\"\"}")));
}

TEST(HaltCommand, ResumeSaysWhoseOrderItWas) {
  Desk desk;
  CannedServer server({{200, R"({"halted":false,"by":"root","via":"token","reason":"","at":"T"})"},
                       {200, R"({"halted":false})"}});
  EXPECT_EQ(with_token(desk).run({"resume", "--control", server.url()}).out, "running since T by root\n");
  EXPECT_EQ(with_token(desk).run({"resume", "--control", server.url()}).out, "nothing is halted\n");
  EXPECT_THAT(server.asked()[0], StartsWith("POST /v1/resume HTTP/1.1\r\n"));
}

TEST(HaltCommand, JsonIsWhatTheApiReturned) {
  Desk desk;
  CannedServer server({{200, kHalted}});
  EXPECT_EQ(with_token(desk).run({"halt", "--json", "--control", server.url()}).out,
            std::string(kHalted) + "\n");
}

TEST(HaltCommand, EndsAsTheTableOfExitCodesSays) {
  Desk desk;
  CannedServer server({{403, R"({"detail":"only an admin may do this"})"},
                       {503, R"({"detail":"everything is halted, but this is not on disk"})"},
                       {200, "[]"}});
  const Finished refused = with_token(desk).run({"resume", "--control", server.url()});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.err, HasSubstr("only an admin"));
  const Finished half = with_token(desk).run({"halt", "--control", server.url()});
  EXPECT_EQ(half.exit, 3);
  EXPECT_THAT(half.err, HasSubstr("not on disk"));
  EXPECT_EQ(with_token(desk).run({"halt", "--control", server.url()}).exit, 3)
      << "an answer nobody understands";
  EXPECT_EQ(Desk().run({"halt", "--control", server.url()}).exit, 2) << "nobody's token";
}

}  // namespace
}  // namespace holdfast::app
