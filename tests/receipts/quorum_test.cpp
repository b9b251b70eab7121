#include "receipts/quorum.hpp"

#include <tuple>

#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

TEST(Quorum, IsOfDifferentApproversInTheirOwnGroups) {
  const Plan plan{2, {"lead", "legal"}};
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

}  // namespace
}  // namespace holdfast::receipts
