// `mode`, `expires` and `env`.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using testing::HasSubstr;

constexpr const char* kHead = "version: 1\ndata_dir: d\nupstreams: []\n";

std::string wrong_with(const std::string& text) {
  Folder folder;
  return fmt::format("{}",
                     fmt::join(folder.texts(load(folder.write("a.yaml", kHead + text)).problems), "; "));
}

Config loaded(const std::string& text) {
  Folder folder;
  Loaded loaded = load(folder.write("a.yaml", kHead + text));
  EXPECT_THAT(folder.texts(loaded.problems), testing::IsEmpty());
  return loaded.config ? std::move(*loaded.config) : Config();
}

std::string expires(const std::string& written) {
  const Config config = loaded("rules: [{action: allow, expires: " + written + "}]\n");
  return config.policy.rules.empty() ? "" : to_rfc3339(config.policy.rules[0].expires.value());
}

TEST(Rollout, ADayIsOverAtItsEndAndATimeAtOnce) {
  EXPECT_EQ(expires("2027-01-31"), "2027-02-01T00:00:00.000Z");
  EXPECT_EQ(expires("2028-02-29"), "2028-03-01T00:00:00.000Z");
  EXPECT_EQ(expires("2027-01-31T18:00:00Z"), "2027-01-31T18:00:00.000Z");
  EXPECT_EQ(expires("\"2027-01-31T18:00:00.500Z\""), "2027-01-31T18:00:00.500Z");
}

TEST(Rollout, WhatIsNoTimeIsRefused) {
  for (const char* written :
       {"2027-02-30", "2027-1-31", "31.01.2027", "2027-01-31T18:00", "2027-01-31T25:00:00Z",
        "2027-01-31T18:00:00+01:00", "tomorrow", "2027-01-31Z"}) {
    EXPECT_THAT(wrong_with("rules: [{action: allow, expires: " + std::string(written) + "}]\n"),
                HasSubstr("`rules[0].expires` must be a date, or a time in UTC"))
        << written;
  }
}

TEST(Rollout, OfEveryRuleAndOfWhatStandsAroundThem) {
  const Config config = loaded(
      "rules: [{action: allow}, {action: deny, mode: shadow}, {action: deny, mode: enforce}]\n"
      "auto_reject: [{condition: {trust_tier: 5}, mode: shadow}]\n"
      "auto_approve: [{condition: {trust_tier: 1}, mode: shadow, expires: 2027-01-31}]\n");
  ASSERT_EQ(config.policy.rules.size(), 3U);
  EXPECT_FALSE(config.policy.rules[0].shadow);
  EXPECT_FALSE(config.policy.rules[0].expires);
  EXPECT_TRUE(config.policy.rules[1].shadow);
  EXPECT_FALSE(config.policy.rules[2].shadow);
  EXPECT_TRUE(config.policy.auto_reject.at(0).shadow);
  EXPECT_TRUE(config.policy.auto_approve.at(0).shadow);
  EXPECT_TRUE(config.policy.auto_approve.at(0).expires);
  EXPECT_THAT(wrong_with("rules: [{action: deny, mode: shaddow}]\n"), HasSubstr("shadow"));
}

TEST(Env, IsTextUnderNamesOfItsOwn) {
  const Environment environment({{"HF_STAGE", "5"}, {"HF_EMPTY", ""}});
  const Config config =
      loaded("env: {STAGE: \"${HF_STAGE}\", plain: ${HF_STAGE}, fixed: prod, EMPTY: \"${HF_EMPTY}\"}\n");
  EXPECT_THAT(config.policy.env,
              testing::ElementsAre(testing::Pair("EMPTY", ""), testing::Pair("STAGE", "5"),
                                   testing::Pair("fixed", "prod"), testing::Pair("plain", "5")));
  EXPECT_TRUE(config.variables.contains("HF_STAGE")) << "the policy's digest covers it";
}

TEST(Env, IsNothingElse) {
  const std::pair<const char*, const char*> rows[] = {
      {"env: {STAGE: 5}\n", "`env.STAGE` must be text, not `5`\n    hint: quote it: \"5\""},
      {"env: {STAGE: true}\n", "`env.STAGE` must be text"},
      {"env: {STAGE: [a]}\n", "`env.STAGE` must be text\n    hint: such as STAGE: \"${STAGE}\""},
      {"env: {STAGE: }\n", "`env.STAGE` must be text"},
      {"env: {\"A.B\": x}\n", "a name under `env` is letters, digits and `_`"},
      {"env: {\"1A\": x}\n", "a name under `env` is letters, digits and `_`"},
      {"env: [STAGE]\n", "`env` must be a map"},
      {"env: {STAGE: \"${HF_NOWHERE}\"}\n", "`env.STAGE`: the environment variable HF_NOWHERE is not set"},
  };
  for (const auto& [text, said] : rows)
    EXPECT_THAT(wrong_with(text), HasSubstr(said)) << text;
}

}  // namespace
}  // namespace holdfast::config
