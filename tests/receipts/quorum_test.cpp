#include "receipts/quorum.hpp"

#include <tuple>

#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

TEST(Quorum, IsOfDifferentApproversInTheirOwnGroups) {
  const std::vector<Plan> plan{{2, {"lead", "legal"}, {}}};
  const Roster roster = *parse_roster(kRoster);
  const auto vote = [](const char* kid, const char* group, const char* act = "approve") {
    return Approval{act, kid, group, ""};
  };
  const Approval alice = vote("alice", "lead");
  const std::tuple<const char*, std::vector<Approval>, bool> rows[] = {
      {"two people", {alice, vote("bob", "legal")}, true},
      {"one person", {alice}, false},
      {"one person twice", {alice, alice}, false},
      {"one person under two groups", {vote("bob", "lead"), vote("bob", "legal")}, false},
      {"a group the plan does not ask", {alice, vote("eve", "sales")}, false},
      {"a group the approver is not in", {alice, vote("eve", "lead")}, false},
      {"a group that nobody named", {alice, vote("bob", "")}, false},
      {"somebody not on the roster", {alice, vote("mallory", "lead")}, false},
      {"an act that is neither", {alice, vote("bob", "legal", "abstain")}, false},
      {"a rejection among enough", {alice, vote("bob", "legal"), vote("bob", "legal", "reject")}, false},
      {"a rejection by somebody who does not count",
       {alice, vote("bob", "lead"), vote("eve", "lead", "reject")},
       true},
      {"nobody", {}, false},
  };
  for (const auto& [name, approvals, holds] : rows) {
    EXPECT_EQ(missing_quorum(plan, approvals, roster).empty(), holds) << name;
  }
}

TEST(Quorum, ARosterHasEachApproverOnce) {
  EXPECT_FALSE(parse_roster(R"({"approvers":[{"groups":["a"],"id":"x"},{"groups":["b"],"id":"x"}]})"));
  EXPECT_FALSE(parse_roster(R"({"approvers":[{"groups":["a"]}]})"));
  EXPECT_FALSE(parse_roster(R"({"approvers":{}})"));
  EXPECT_FALSE(parse_roster("nonsense"));
}

TEST(Quorum, IncludesEachGroupAndMeetsEachPlan) {
  const Roster roster{{"alice", {"lead"}}, {"sam", {"security", "lead"}}, {"dave", {"outside"}}};
  const Approval alice{"approve", "alice", "lead", ""};
  const Approval sam{"approve", "sam", "lead", ""};
  const Approval dave{"approve", "dave", "outside", ""};
  const Plan plan{1, {"lead", "security"}, {"security"}};
  EXPECT_NE(missing_quorum({plan}, {alice}, roster), "");
  EXPECT_EQ(missing_quorum({plan}, {sam}, roster), "") << "the roster says what he is";
  const Plan further{1, {"outside"}, {}};
  EXPECT_NE(missing_quorum({plan, further}, {sam, alice}, roster), "");
  EXPECT_EQ(missing_quorum({plan, further}, {sam, dave}, roster), "");
  EXPECT_NE(missing_quorum({plan, further}, {sam, {"reject", "dave", "outside", ""}}, roster), "");
}

TEST(Quorum, OfFurtherPlansThatCannotBeReadIsMetByNobody) {
  const auto plans = [](std::string_view text) {
    const auto entry = json::parse(text, json::Limits{});
    return plans_of(entry->root());
  };
  EXPECT_EQ(plans(R"({"plan":{"from":["a"],"require":1}})").size(), 1U);
  for (const char* further : {"1", "[]", "[1]", "[{}]"}) {
    const auto found =
        plans(std::string(R"({"plan":{"from":["a"],"further":)") + further + R"(,"require":1}})");
    ASSERT_EQ(found.size(), 2U) << further;
    EXPECT_NE(missing_quorum(found, {{"approve", "alice", "a", ""}}, {{"alice", {"a"}}}), "") << further;
  }
}

}  // namespace
}  // namespace holdfast::receipts
