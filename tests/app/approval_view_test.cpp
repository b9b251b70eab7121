#include "app/approval_view.hpp"

#include <gmock/gmock.h>

#include "tests/app/hold_sample.hpp"

namespace holdfast::app {
namespace {

TEST(ApprovalView, OneHoldShowsEverythingThatIsDecidedOn) {
  const auto document = json::parse(kHold, {});
  ASSERT_TRUE(document);
  EXPECT_EQ(approval_text(document->root()),
            "approval:          0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d\n"
            "status:            pending\n"
            "agent:             bot (trust tier 3)\n"
            "tool:              payment.send\n"
            "request:           POST http://127.0.0.1:9001/v1/send\n"
            "args:              {\"amount\":5000,\"to\":\"p\\u{202e}q\"}\n"
            "body:              raw\\u{7}\n"
            "claimed context:   {\"ticket\":\"A\\u{202e}-1\",\"why\":\"\\u001b[2J\"}\n"
            "credential:        authorization, marked 00aa\n"
            "header:            x-a: p\\u{202e}q\n"
            "header in base64:  x-b: /w==\n"
            "operation:         FINANCIAL\n"
            "risk:              high\n"
            "reason:            over $100\n"
            "rule:              rules[0]\n"
            "plan:              default\n"
            "made:              2026-01-02T03:00:00.000Z\n"
            "deadline:          2026-01-02T04:00:00.000Z\n"
            "votes:             1/2\n"
            "vote:              approve by bob at 2026-01-02T03:04:05.678Z: fine\\u{1b}[2J\n"
            "still asked:       alice, carol\n"
            "digest:            sha256:00ff\n");
}

TEST(ApprovalView, AVoteThatCountsNoMoreIsNotCounted) {
  const auto document = json::parse(
      R"({"approvals":[{"approver":"bob","at":"2026","stands":false,"vote":"approve"},{"approver":"eve","at":"2026",)"
      R"("vote":"approve"}],"required":2})",
      {});
  ASSERT_TRUE(document);
  const std::string text = approval_text(document->root());
  EXPECT_THAT(text, testing::HasSubstr("votes:    1/2\n"));
  EXPECT_THAT(text, testing::HasSubstr("approve by bob at 2026, which counts no more\n"));
  EXPECT_THAT(text, testing::HasSubstr("approve by eve at 2026\n"));
}

TEST(ApprovalView, WhetherAHoldFromBeforeHadHeadersIsNotKnown) {
  const auto document = json::parse(R"({"headers":null})", {});
  ASSERT_TRUE(document);
  EXPECT_THAT(approval_text(document->root()),
              testing::HasSubstr("headers:  not known: it was held by an earlier Holdfast\n"));
}

TEST(ApprovalView, ALongListEntryIsCutAndSaysSo) {
  const auto document =
      json::parse(R"([{"args":{"text":")" + std::string(200, 'x') + R"("},"id":"1","required":1}])", {});
  ASSERT_TRUE(document);
  const std::string table = approvals_table(document->root().items());
  EXPECT_THAT(table, testing::StartsWith("ID  STATUS  AGENT  TOOL  ARGS"));
  EXPECT_THAT(table, testing::HasSubstr("xxx...  "));
  EXPECT_LT(table.size(), 300U);
}

TEST(ApprovalView, AnAnswerWithMembersMissingIsShownWithoutThem) {
  const auto document = json::parse("{}", {});
  ASSERT_TRUE(document);
  EXPECT_NO_FATAL_FAILURE(static_cast<void>(approval_text(document->root())));
  EXPECT_EQ(vote_outcome(document->root(), true), "approved: the hold is , 0 of  approvals");
}

}  // namespace
}  // namespace holdfast::app
