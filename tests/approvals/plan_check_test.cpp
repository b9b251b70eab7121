#include "approvals/plan_check.hpp"

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals {
namespace {

using test::house_options;
using test::person;
using test::plan;
using ::testing::HasSubstr;

// 24 and 32 bytes in base64.
constexpr const char* kSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
constexpr const char* kOtherSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

struct CheckRow {
  const char* name;
  std::function<void(Options&)> spoil;
  const char* message;
};

TEST(PlanCheck, AGoodRosterHasNoProblem) {
  Options options = house_options();
  options.approvers[0].webhook = Webhook{"http://127.0.0.1:9009/hook", {Secret(kSecret)}};
  options.plans["outside"] = plan("outside", 1, {"outside"});
  EXPECT_TRUE(check(options, {"default", "two"}).empty());
}

TEST(PlanCheck, SomebodyWhomNoPlanAsksIsWarnedOf) {
  Options options = house_options();
  const Problems said = check(options, {"default"});
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].severity, Severity::warning);
  EXPECT_EQ(said[0].message, "no plan asks the approver `dave`");
  EXPECT_THAT(said[0].hint, HasSubstr("name `outside` under"));
  EXPECT_TRUE(check(options, {}, {{1, {"outside"}, {}}}).empty()) << "multi_approval asks them";
  options.approvers[3].groups.clear();
  EXPECT_THAT(check(options, {"default"}).at(0).hint, HasSubstr("put them into a group"));
  options.approvers[3].roles.auditor = true;
  EXPECT_TRUE(check(options, {"default"}).empty()) << "an auditor is there for something else";
}

TEST(PlanCheck, NamesEveryMistake) {
  const std::vector<CheckRow> rows{
      {"short token", [](Options& o) { o.approvers[0].token = Secret("fifteen-letters"); },
       "shorter than 16"},
      {"shared token", [](Options& o) { o.approvers[0].token = o.approvers[1].token; }, "the same token"},
      {"two of one name", [](Options& o) { o.approvers[3].id = "alice"; },
       "two approvers with the id \"alice\""},
      {"no name", [](Options& o) { o.approvers[3].id = ""; }, "has no id"},
      {"bad secret",
       [](Options& o) { o.approvers[0].webhook = Webhook{"https://a.example/h", {Secret("hunter2")}}; },
       "webhook secret of approver \"alice\""},
      {"no secret", [](Options& o) { o.approvers[0].webhook = Webhook{"https://a.example/h", {}}; },
       "has no secret"},
      {"shared secret",
       [](Options& o) {
         o.approvers[0].webhook = Webhook{"https://a.example/h", {Secret(kSecret)}};
         o.approvers[1].webhook = Webhook{"https://b.example/h", {Secret(kOtherSecret), Secret(kSecret)}};
       },
       "the same webhook secret"},
      {"bad url",
       [](Options& o) { o.approvers[0].webhook = Webhook{"ftp://a.example/h", {Secret(kSecret)}}; },
       "webhook url of approver \"alice\""},
      {"unknown group", [](Options& o) { o.plans["default"].from.push_back("ghosts"); },
       "the group \"ghosts\""},
      {"too few people", [](Options& o) { o.plans["default"].require = 3; },
       "nobody can satisfy plan \"default\""},
      {"people without a credential",
       [](Options& o) { o.approvers[0].token = o.approvers[1].token = Secret(); },
       "nobody can satisfy plan \"default\""},
      {"requires nobody", [](Options& o) { o.plans["default"].require = 0; }, "requires 0"},
      {"asks nobody", [](Options& o) { o.plans["default"].from.clear(); }, "names no group"},
      {"no such plan", [](Options& o) { o.plans.erase("two"); }, "the plan \"two\" is used"},
      {"no time", [](Options& o) { o.timeout = Milliseconds(999); }, "shorter than a second"},
      {"no time in a plan", [](Options& o) { o.plans["two"].timeout = Milliseconds(0); },
       "timeout of plan \"two\""},
  };
  for (const CheckRow& row : rows) {
    Options options = house_options();
    row.spoil(options);
    const Problems problems = check(options, {"default", "two"});
    ASSERT_FALSE(problems.empty()) << row.name;
    EXPECT_TRUE(has_error(problems)) << row.name;
    std::string all;
    for (const Problem& problem : problems)
      all += to_text(problem) + "\n";
    EXPECT_THAT(all, HasSubstr(row.message)) << row.name;
    EXPECT_EQ(all.find("hunter2"), std::string::npos) << "a secret in a message";
    EXPECT_EQ(all.find("fifteen-letters"), std::string::npos) << "a token in a message";
  }
}

TEST(PlanCheck, AWebhookAloneIsACredential) {
  Options options = house_options();
  options.approvers = {person("alice", {"lead"})};
  options.approvers[0].token = Secret();
  options.approvers[0].webhook = Webhook{"https://a.example/h", {Secret(kSecret)}};
  options.plans = {{"default", plan("default", 1, {"lead"})}};
  EXPECT_TRUE(check(options, {"default"}).empty());
}

}  // namespace
}  // namespace holdfast::approvals
