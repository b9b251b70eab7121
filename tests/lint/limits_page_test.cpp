#include "tests/lint/limits_page.hpp"

#include <gmock/gmock.h>

namespace holdfast::lint {
namespace {

using testing::ElementsAre;

const SourceFile kReference{"docs/reference.yaml",
                            "version: 1\n"
                            "upstreams:\n"
                            "  - name: payment   # required: 1 name\n"
                            "    connect: 5s     # to wait\n"
                            "approvals:\n"
                            "  timeout: 24h\n"
                            "  flood:\n"
                            "    pending: 20\n"
                            "  plans: {large: {require: 2}}\n"
                            "agents:\n"
                            "  - trust_tier: 5\n"
                            "limits:\n"
                            "  body: 1MiB\n"
                            "mcp: {deny_as: result}\n"
                            "loops: 0\n"};

Findings findings(const std::string& rows) {
  const std::vector<SourceFile> files{
      {"tests/a_test.cpp", "TEST(Limits, AreMet) {}\n"},
      {"tests/scenarios/limits.mjs", "test('a body that stops', async () => {});\n"}};
  return check_limits({"docs/limits.md", "| limit | beyond | shown by |\n|---|---|---|\n" + rows}, kReference,
                      files);
}

const std::string kThree =
    "| `upstreams.connect` | | `Limits.AreMet` |\n"
    "| `approvals.timeout` | | `limits: a body that stops` |\n"
    "| `approvals.flood.pending` | | `Limits.AreMet` |\n";

TEST(LimitsPage, FindsTheLimitsOfTheReference) {
  EXPECT_THAT(limits_of(kReference), ElementsAre("upstreams.connect", "approvals.timeout",
                                                 "approvals.flood.pending", "limits.body"));
}

TEST(LimitsPage, EveryLimitHasOneRowWithATest) {
  EXPECT_TRUE(findings(kThree + "| `limits.body` | 413 | `Limits.AreMet` |\n").empty());
  const Findings missing = findings(kThree);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_THAT(missing.front().message, testing::HasSubstr("`limits.body` has no row"));
  for (const char* row : {"| `limits.body` | | |\n", "| `limits.body` | | `Limits.AreNot` |\n",
                          "| `limits.body` | | `Limits.AreMet` |\n| `limits.bodies` | | `Limits.AreMet` |\n",
                          "| `limits.body` | | `Limits.AreMet` |\n| `limits.body` | | `Limits.AreMet` |\n"})
    EXPECT_EQ(findings(kThree + row).size(), 1U) << row;
}

}  // namespace
}  // namespace holdfast::lint
