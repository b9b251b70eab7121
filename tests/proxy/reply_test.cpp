// Every reason code in the caller's own protocol (the table of 09-interfaces).
#include "proxy/reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Row {
  Ending ending;
  int http;
  int rpc;
  std::string_view retry;
};

const Row kTable[] = {
    {Ending::malformed, 400, -32600, "changed_call"},
    {Ending::too_large, 413, -32600, "changed_call"},
    {Ending::not_found, 404, -32600, "changed_call"},
    {Ending::unauthenticated, 401, -31000, "never"},
    {Ending::policy_denied, 403, -31001, "changed_call"},
    {Ending::rejected, 403, -31004, "changed_call"},
    {Ending::cancelled, 403, -31001, "never"},
    {Ending::policy_changed, 403, -31001, "never"},
    {Ending::client_gone, 403, -31001, "never"},
    {Ending::expired, 403, -31003, "same_call"},
    {Ending::approval_pending, 202, -31002, "same_call"},
    {Ending::limited, 429, -31001, "later"},
    {Ending::too_many_pending, 429, -31001, "later"},
    {Ending::halted, 503, -31001, "later"},
    {Ending::unavailable, 503, -31001, "later"},
    {Ending::draining, 503, -31001, "later"},
    {Ending::upstream_failed, 502, -31001, "same_call"},
    {Ending::outcome_unknown, 504, -31005, "never"},
};

// A judged call as the pipeline has it when it refuses.
struct Refused {
  explicit Refused(bool mcp,
                   const std::string& body = test::rpc("tools/call", R"({"name":"send"})", "\"a\"")) {
    auto plane = test::snapshot({test::shop(), test::payment()});
    snapshot = plane;
    asked.emplace(plane, mcp ? "POST /mcp/payment" : "POST /shop/v1/send", std::vector{test::kJson}, body);
    EXPECT_EQ(asked->why(), "");
    exchange.head = asked->head;
    exchange.call_id = "call-1";
    exchange.request.snapshot = plane;
    exchange.request.upstream = asked->out.upstream;
    exchange.request.message = asked->out.message;
    exchange.request.is_call = true;
    exchange.decision.rule = "rules[3]";
    exchange.decision.reason = "Payments over $100 require approval";
  }
  std::shared_ptr<Snapshot> snapshot;
  std::optional<test::Asked> asked;
  Exchange exchange;
};

std::string text(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member == nullptr ? "absent" : std::string(member->text());
}

const json::Value& at(const json::Value& object, std::string_view name) {
  static const json::Value none{};
  const json::Value* member = object.find(name);
  if (member == nullptr) ADD_FAILURE() << name << " is missing in " << json::to_text(object);
  return member == nullptr ? none : *member;
}

TEST(Reply, EveryReasonCodeHasItsProblemDocument) {
  const Refused refused(false);
  for (const Row& row : kTable) {
    const std::string name(to_string(row.ending));
    const json::Document document =
        policy::document(problem_text(refused.exchange, {row.ending, "Because.", "hold-1"}));
    const json::Value& problem = document.root();
    EXPECT_EQ(text(problem, "type"), "/.well-known/holdfast/#" + name);
    EXPECT_NE(text(problem, "title"), "absent") << name;
    EXPECT_EQ(text(problem, "status"), std::to_string(row.http)) << name;
    EXPECT_EQ(text(problem, "detail"), "Because.") << name;
    EXPECT_EQ(text(problem, "call_id"), "call-1") << name;
    EXPECT_EQ(text(problem, "decision"), "deny") << name;
    EXPECT_EQ(text(problem, "reason_code"), name);
    EXPECT_EQ(text(problem, "approval_id"), "hold-1") << name;
    EXPECT_EQ(text(problem, "retry"), row.retry) << name;
    EXPECT_EQ(text(problem, "rule"), "absent") << name;
  }
}

TEST(Reply, ALimitWhoseEndIsKnownSaysWhenToComeBack) {
  const Refused http(false);
  Refusal refusal{Ending::limited, "Too many rejections."};
  EXPECT_THAT(problem_text(http.exchange, refusal), Not(HasSubstr("retry_after")));
  const Refused mcp(true);
  EXPECT_THAT(rpc_refusal(mcp.exchange, refusal), HasSubstr("Try again later."));
  refusal.retry_after = std::chrono::seconds(840);
  EXPECT_THAT(problem_text(http.exchange, refusal), HasSubstr(R"("retry_after":840)"));
  EXPECT_THAT(rpc_refusal(mcp.exchange, refusal), HasSubstr("Try again in 840 seconds."));
}

TEST(Reply, EveryReasonCodeOfAToolCallIsAResultThatIsAnError) {
  const Refused refused(true);
  for (const Row& row : kTable) {
    const json::Document document = policy::document(rpc_refusal(refused.exchange, {row.ending, "Because."}));
    const json::Value& root = document.root();
    EXPECT_EQ(text(root, "id"), "a");
    EXPECT_EQ(root.find("error"), nullptr);
    const json::Value& result = at(root, "result");
    EXPECT_TRUE(at(result, "isError").boolean());
    EXPECT_EQ(result.find("structuredContent"), nullptr);
    ASSERT_EQ(at(result, "content").items().size(), 1U);
    EXPECT_EQ(text(at(result, "content").items()[0], "type"), "text");
    EXPECT_THAT(text(at(result, "content").items()[0], "text"), HasSubstr("Because."));
    const json::Value& refusal = at(at(result, "_meta"), "holdfast/refusal");
    EXPECT_EQ(text(refusal, "code"), std::to_string(row.rpc)) << to_string(row.ending);
    EXPECT_EQ(text(refusal, "reason_code"), to_string(row.ending));
    EXPECT_EQ(text(refusal, "retry"), row.retry);
    const int status =
        row.ending == Ending::unauthenticated ? 403 : row.http;  // a 401 starts OAuth in clients
    EXPECT_EQ(text(refusal, "status"), std::to_string(status)) << to_string(row.ending);
  }
}

TEST(Reply, OfAnotherMethodOrByConfigurationItIsAJsonRpcError) {
  Refused other(true, test::rpc("resources/read", R"({"uri":"x"})", "7"));
  Refused configured(true, test::rpc("tools/call", R"({"name":"send"})", "7"));
  configured.snapshot->options.mcp_deny_as_error = true;
  for (const auto* refused : {&other, &configured}) {
    const json::Document document =
        policy::document(rpc_refusal(refused->exchange, {Ending::rejected, "Because."}));
    EXPECT_EQ(text(document.root(), "id"), "7");
    EXPECT_EQ(document.root().find("result"), nullptr);
    const json::Value& error = at(document.root(), "error");
    EXPECT_EQ(text(error, "code"), "-31004");
    EXPECT_EQ(text(error, "message"), "Because.");
    EXPECT_EQ(text(at(error, "data"), "reason_code"), "rejected");
  }
}

TEST(Reply, ANotificationIsAnsweredUnderNoId) {
  const Refused refused(true, test::rpc("tools/call", R"({"name":"send"})", ""));
  const json::Document document =
      policy::document(rpc_refusal(refused.exchange, {Ending::policy_denied, "No."}));
  EXPECT_TRUE(at(document.root(), "id").is(json::Kind::null));
  EXPECT_EQ(text(at(document.root(), "error"), "code"), "-31001");
}

TEST(Reply, TheModelIsToldWhatToDoNext) {
  const Refused refused(true);
  const auto told = [&](Ending ending) { return rpc_refusal(refused.exchange, {ending, "Because."}); };
  EXPECT_THAT(told(Ending::policy_denied), HasSubstr("Because. Do not send the same call again"));
  EXPECT_THAT(told(Ending::expired), HasSubstr("Because. The same call may be sent again."));
  EXPECT_THAT(told(Ending::halted), HasSubstr("Because. Try again later."));
  EXPECT_THAT(told(Ending::outcome_unknown), HasSubstr("Because. Do not retry."));
}

TEST(Reply, TheRuleIsShownOnlyWhereItsAuthorShowsIt) {
  Refused refused(true);
  for (const bool show : {false, true}) {
    refused.exchange.decision.show_rule = show;
    const Refusal refusal{Ending::policy_denied, "Because."};
    const auto matcher = HasSubstr("rules[3]");
    if (show) {
      EXPECT_THAT(problem_text(refused.exchange, refusal), matcher);
      EXPECT_THAT(rpc_refusal(refused.exchange, refusal), matcher);
    } else {
      EXPECT_THAT(problem_text(refused.exchange, refusal), Not(matcher));
      EXPECT_THAT(rpc_refusal(refused.exchange, refusal), Not(matcher));
    }
  }
}

TEST(Reply, ThatAConditionWasUnknownIsNeverShown) {
  Refused known(false);
  Refused unknown(false);
  unknown.exchange.decision.by_unknown = true;
  unknown.exchange.decision.show_rule = known.exchange.decision.show_rule = true;
  const Refusal refusal{Ending::policy_denied, "Because."};
  EXPECT_EQ(problem_text(known.exchange, refusal), problem_text(unknown.exchange, refusal));
}

TEST(Reply, WhatNoCallStandsBehindClaimsNoDecision) {
  Refused refused(false);
  refused.exchange.request.is_call = false;
  EXPECT_THAT(problem_text(refused.exchange, {Ending::malformed, "x"}), Not(HasSubstr("decision")));
}

TEST(Reply, ADetailOfUnknownOriginStaysUtf8) {
  const Refused refused(true);
  for (const std::string& answer : {problem_text(refused.exchange, {Ending::upstream_failed, "a\xff\"\n"}),
                                    rpc_refusal(refused.exchange, {Ending::upstream_failed, "a\xff\"\n"})}) {
    EXPECT_THAT(answer, HasSubstr("a\xEF\xBF\xBD\\\"\\n"));
    EXPECT_TRUE(json::parse(answer, {}));
  }
}

TEST(Reply, AnUnreadableRequestGetsAWholeResponseAndTheConnectionCloses) {
  const std::pair<Code, std::string> rows[] = {{Code::malformed, "400 Bad Request"},
                                               {Code::too_large, "431 Request Header Fields Too Large"},
                                               {Code::unsupported, "501 Not Implemented"},
                                               {Code::timeout, "408 Request Timeout"}};
  for (const auto& [code, line] : rows) {
    const std::string response = unreadable_request({code, "Because \"of\" it."});
    EXPECT_TRUE(response.starts_with("HTTP/1.1 " + line + "\r\n")) << response;
    EXPECT_THAT(response, HasSubstr("\r\nConnection: close\r\n"));
    const std::size_t blank = response.find("\r\n\r\n");
    ASSERT_NE(blank, std::string::npos);
    const std::string body = response.substr(blank + 4);
    EXPECT_THAT(response, HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
    const json::Document problem = policy::document(body);
    EXPECT_EQ(text(problem.root(), "status"), line.substr(0, 3));
    EXPECT_EQ(text(problem.root(), "reason_code"), code == Code::too_large ? "too_large" : "malformed");
    EXPECT_EQ(text(problem.root(), "detail"), "Because \"of\" it.");
  }
}

}  // namespace
}  // namespace holdfast::proxy
