// What is taken from whoever describes a call, and what whoever does is told.
#include <gmock/gmock.h>

#include "policy/described_call.hpp"
#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using testing::HasSubstr;
using testing::Not;

const Agent kBot{"bot", 5, {}, "token"};

std::shared_ptr<const Policy> house() {
  Options written = options({});
  written.directory.upstreams = {upstream("crm", Protocol::http, {"refund", "search"}),
                                 upstream("payment", Protocol::http, {"send"}),
                                 upstream("files", Protocol::mcp, {"read"})};
  written.directory.agents = {Agent{"bot", 2, {}, "token"}, Agent{"intern", 5, {}, "token"}};
  return compiled(std::move(written));
}

Result<DescribedCall> described(std::string_view json, const Agent* caller) {
  Describing how;
  how.caller = caller;
  return DescribedCall::read(json, *house(), how);
}

std::string mistake(std::string_view json, const Agent* caller) {
  const auto made = described(json, caller);
  return made ? "" : made.error().detail;
}

TEST(DescribedCall, WhoAsksForItselfCanClaimNothing) {
  EXPECT_EQ(mistake(R"({"tool":"files.x","agent":"bot"})", &kBot), "");
  EXPECT_EQ(described(R"({"tool":"files.x"})", &kBot)->call().agent->trust_tier, 5);
  EXPECT_THAT(mistake(R"({"tool":"files.x","agent":"intern"})", &kBot), HasSubstr("only about itself"));
  EXPECT_THAT(mistake(R"({"tool":"files.x","agent":{"trust_tier":1}})", &kBot),
              HasSubstr("only about itself"));
  EXPECT_THAT(mistake(R"({"tool":"files.x","sensitivity":"low"})", &kBot), HasSubstr("configuration to say"));
  EXPECT_THAT(mistake(R"({"tool":"files.x","annotations":{}})", &kBot), HasSubstr("server to say"));
  EXPECT_THAT(mistake(R"({"tool":"files.x","now":"1970-01-01T00:00:07Z"})", &kBot),
              HasSubstr("clock to say"));
}

// Somebody who carries calls is trusted to say whose a call is; what he passes on may be the agent's words.
TEST(DescribedCall, OfWhoeverDescribesTheCallOnlyNothingElseIsTaken) {
  const auto policy = house();
  const auto read = [&](std::string_view call) {
    Describing how;
    how.call_only = true;
    return DescribedCall::read(call, *policy, how);
  };
  EXPECT_EQ(read(R"({"tool":"files.x","agent":"bot"})")->call().agent->trust_tier, 2);
  struct Row {
    const char* call;
    const char* said;
  };
  const Row rows[] = {
      {R"({"tool":"files.x","agent":"bot","sensitivity":"low"})", "configuration to say"},
      {R"({"tool":"files.x","agent":"bot","operation":"READ"})", "configuration to say"},
      {R"({"tool":"elsewhere.x","agent":"bot","operation":"READ"})", "configuration to say"},
      {R"({"tool":"files.x","agent":"bot","annotations":{"destructive":false}})", "server to say"},
      {R"({"tool":"files.x","agent":"bot","now":"1970-01-01T00:00:07Z"})", "clock to say"},
  };
  for (const Row& row : rows) {
    const auto made = read(row.call);
    ASSERT_FALSE(made) << row.call;
    EXPECT_EQ(made.error().code, Code::forbidden) << row.call;
    EXPECT_THAT(made.error().detail, HasSubstr(row.said)) << row.call;
  }
}

// Whoever could be told could find out the names of tools that are hidden from it.
TEST(DescribedCall, WhoAsksForItselfIsToldNoNameThatItDidNotWrite) {
  for (const char* call : {R"({"tool":"crm.refun"})", R"({"tool":"crm.Refund"})", R"({"tool":"crm.serch"})",
                           R"({"tool":"payment.sent"})"}) {
    EXPECT_THAT(mistake(call, nullptr), HasSubstr("did you mean")) << call;
    const std::string told = mistake(call, &kBot);
    EXPECT_NE(told, "") << call;
    for (const char* name : {"refund`", "search`", "send`", "did you mean"})
      EXPECT_THAT(told, Not(HasSubstr(name))) << call;
  }
}

}  // namespace
}  // namespace holdfast::policy
