// Who may approve a hold, and whether enough of them have: pure. A quorum counts distinct people, never keys
// or names, and only those who stand in the roster today, by a credential they have today.
#pragma once

#include <string>
#include <vector>

#include "approvals/hold.hpp"
#include "approvals/options.hpp"

namespace holdfast::approvals {

[[nodiscard]] const Approver* find_approver(const std::vector<Approver>& roster, const std::string& id);
[[nodiscard]] bool counts(const Quorum& quorum, const Approver& approver);
// Whether the vote counts today: its approver is on the roster, and what cast it is still a credential of
// hers.
[[nodiscard]] bool stands(const Vote& vote, const std::vector<Approver>& roster);
[[nodiscard]] bool satisfied(const Quorum& quorum, const std::vector<Vote>& votes,
                             const std::vector<Approver>& roster);

// By a vote that stands.
[[nodiscard]] bool has_voted(const Hold& hold, const Options& options, const std::string& approver);

// What a plan asks of a call, raised by what the call's `multi_approval` asks beyond it.
[[nodiscard]] Quorum quorum_of(const Plan& plan, int required, const std::vector<std::string>& must_include);

// A hold answers to two quorums for each of its plans: the plan it was held under, and the plan that has its
// name now. All must be satisfied; whoever counts for one may vote. Without a plan of that name nothing
// satisfies.
[[nodiscard]] bool may_vote(const Hold& hold, const Options& options, const std::string& approver);
[[nodiscard]] bool quorum_met(const Hold& hold, const Options& options);

// What of a hold is not stored, but follows from today's roster: pending_approvers (in its order) and undone.
void reckon(Hold& hold, const Options& options);

// Everybody the plan names, voted or not, in roster order: who is told how it went.
[[nodiscard]] std::vector<const Approver*> approvers_of(const Hold& hold, const Options& options);

}  // namespace holdfast::approvals
