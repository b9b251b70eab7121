// holdfast policy diff: exact of described calls, and honest about what the receipt log does not hold.
#include "app/policy_diff.hpp"

#include <gmock/gmock.h>

#include "core/json.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string with(const std::string& from, const std::string& to) {
  std::string text = kConfig;
  text.replace(text.find(from), from.size(), to);
  return text;
}

constexpr const char* kCalls =
    "{\"tool\":\"payment.send\",\"args\":{\"amount\":5}}\n"
    "{\"tool\":\"payment.send\",\"args\":{\"amount\":70}}\n"
    "\n"
    "{\"tool\":\"payment.send\",\"args\":{\"amount\":500}}\n";

Desk& house(Desk& desk, const std::string& after) {
  desk.environment["ALICE_TOKEN"] = "alice-token-0123456789";
  desk.write("old.yaml", kConfig);
  desk.write("new.yaml", after);
  desk.write("calls.jsonl", kCalls);
  return desk;
}

TEST(PolicyDiffCommand, NamesTheDescribedCallsThatWouldBeDecidedOtherwise) {
  Desk desk;
  house(desk, with("gt: 100", "gt: 50"));
  const Finished done = desk.run({"policy", "diff", "old.yaml", "new.yaml", "--calls", "calls.jsonl"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, AllOf(HasSubstr("1      payment.send  anonymous  allow by rules[1]  escalate  "
                                        "`rules[0]` is the first rule whose condition is true\n"),
                              HasSubstr("3 calls: 1 would be decided otherwise, of 0 it cannot be told\n")));
  EXPECT_EQ(desk.run({"policy", "diff", "old.yaml", "old.yaml", "--calls", "calls.jsonl"}).exit, 0);
}

TEST(PolicyDiffCommand, ACallThatTheNewPolicyWouldRefuseIsAChange) {
  Desk desk;
  house(desk, with("{name: send, match: POST /v1/send}", "{name: pay, match: POST /v1/pay}"));
  const Finished done =
      desk.run({"policy", "diff", "old.yaml", "new.yaml", "--calls", "calls.jsonl", "--json"});
  EXPECT_EQ(done.exit, 1);
  const auto parsed = json::parse(done.out, {});
  ASSERT_TRUE(parsed) << done.out << done.err;
  EXPECT_EQ(parsed->root().find("changed")->text(), "3");
  EXPECT_EQ(parsed->root().find("rows")->items()[0].find("now")->items()[0].text(), "refused");
}

TEST(PolicyDiffCommand, MistakesAreNamed) {
  Desk desk;
  house(desk, kConfig);
  desk.write("calls.jsonl", "{\"tool\":\"payment.sent\"}\n");
  Finished done = desk.run({"policy", "diff", "old.yaml", "new.yaml", "--calls", "calls.jsonl"});
  EXPECT_EQ(done.exit, 3) << "1 says that decisions would change, and nothing was compared";
  EXPECT_THAT(done.err, HasSubstr("calls.jsonl:1: `payment.sent` is no listed tool"));
  EXPECT_EQ(desk.run({"policy", "diff", "old.yaml", "new.yaml"}).exit, 3) << "there is no log yet";
  EXPECT_EQ(desk.run({"policy", "diff", "old.yaml", "nothing.yaml"}).exit, 3);
  desk.write("bad.yaml", "rules: 5\n");
  EXPECT_EQ(desk.run({"policy", "diff", "old.yaml", "bad.yaml"}).exit, 3);
  EXPECT_EQ(desk.run({"policy", "diff", "old.yaml"}).exit, 2);
}

// A receipt as the log has it: who called what, and what was decided, but no arguments.
class RecordedCall : public testing::Test {
 protected:
  std::optional<DiffRow> diff(const std::string& after, const std::string& was,
                              const std::string& tool = "payment.send", const std::string& rule = "r",
                              const std::string& more = "") {
    house(desk_, after);
    ::setenv("ALICE_TOKEN", "alice-token-0123456789", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    const Checked old_policy = load_and_check(desk_.root / "old.yaml"),
                  new_policy = load_and_check(desk_.root / "new.yaml");
    if (!old_policy.config || !new_policy.config) {
      ADD_FAILURE();
      return std::nullopt;
    }
    return diff_recorded("{\"agent\":{\"id\":\"anonymous\"},\"decision\":{\"effect\":\"" + was +
                             "\",\"rule\":\"" + rule + "\"},\"request\":{\"tool\":\"" + tool + "\"}" + more +
                             "}",
                         old_policy, new_policy);
  }
  Desk desk_;
};

TEST_F(RecordedCall, WhatDependsOnItsArgumentsIsOpenAndNeverGuessed) {
  const auto row = diff(with("gt: 100", "gt: 50"), "allow");
  ASSERT_TRUE(row);
  EXPECT_THAT(row->now, ElementsAre("allow", "escalate"));
  EXPECT_TRUE(row->open());
  EXPECT_EQ(row->why, "the arguments are not in the log");
}

TEST_F(RecordedCall, ThePolicyThatSaysTheSameOfItChangesNothing) {
  const auto row =
      diff(with("    reason: \"Payments over $100 require approval\"\n", "    id: other\n"), "allow");
  ASSERT_TRUE(row);
  EXPECT_THAT(row->now, ElementsAre("allow"));
  EXPECT_FALSE(row->changes() || row->open());
}

TEST_F(RecordedCall, WhatNoArgumentCouldSaveIsAChange) {
  const auto row =
      diff(with("    action: escalate\n    when: {args.amount: {gt: 100}}\n", "    action: deny\n"), "allow");
  ASSERT_TRUE(row);
  EXPECT_THAT(row->now, ElementsAre("deny"));
  EXPECT_TRUE(row->changes());
}

// Their tool is that of the upstream alone, and what came of them no rule said. Before, a policy differed
// from itself by them.
TEST_F(RecordedCall, WhatWasRefusedBeforeARuleWasAskedIsLeftOut) {
  for (const auto& [rule, more] : {std::pair("", ""), std::pair("r", R"(,"outcome":{"state":"malformed"})"),
                                   std::pair("r", R"(,"outcome":{"state":"too_large"})"),
                                   std::pair("r", R"(,"outcome":{"state":"unavailable"})")}) {
    const auto row = diff(with("gt: 100", "gt: 50"), "deny", "payment.send", rule, more);
    ASSERT_TRUE(row) << more;
    EXPECT_TRUE(row->left_out) << more;
    EXPECT_FALSE(row->changes() || row->open()) << more;
  }
  for (const char* judged : {"halted", "limited", "policy_denied"}) {
    const auto row = diff(with("gt: 100", "gt: 50"), "allow", "payment.send", "r",
                          std::string(R"(,"outcome":{"state":")") + judged + "\"}");
    ASSERT_TRUE(row) << judged;
    EXPECT_TRUE(row->open()) << judged;
  }
}

TEST_F(RecordedCall, AToolThatNeitherPolicyHasIsLeftOut) {
  const auto row = diff(kConfig, "allow", "payment.gone");
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->left_out);
  EXPECT_FALSE(row->changes());
}

TEST_F(RecordedCall, ACallWithTwoEntriesIsOneCall) {
  EXPECT_FALSE(diff(kConfig, "escalate", "payment.send", "r", R"(,"prev":{"index":2})"));
}

TEST_F(RecordedCall, AnEntryWithoutADecisionIsNoCallToReplay) {
  house(desk_, kConfig);
  EXPECT_FALSE(diff(kConfig, ""));
}

}  // namespace
}  // namespace holdfast::app
