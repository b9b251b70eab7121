// Whether approvals satisfy a plan, by the roster of their time. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace holdfast::receipts {

struct Plan {
  std::uint64_t require = 0;
  std::set<std::string, std::less<>> from;
  std::set<std::string, std::less<>> must_include;
};

struct Approval {
  std::string act, kid, group, evidence;
};

// Approver's id -> groups.
using Roster = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

// The plan of an authorize entry, and those that must be met as well. Never empty.
[[nodiscard]] std::vector<Plan> plans_of(const json::Value& entry);
[[nodiscard]] std::vector<Approval> approvals_of(const json::Value& entry);
// Of the blob a roster entry names. Error: malformed.
[[nodiscard]] Result<Roster> parse_roster(std::string_view blob);

// Empty when the quorum of every plan holds, else why not: one approver counts once, whatever the number of
// groups and votes; a rejection by one who counts spoils it.
[[nodiscard]] std::string missing_quorum(const std::vector<Plan>& plans,
                                         const std::vector<Approval>& approvals, const Roster& roster);

}  // namespace holdfast::receipts
