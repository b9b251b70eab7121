#include "approvals/plan.hpp"

#include <algorithm>
#include <set>

namespace holdfast::approvals {
namespace {

bool has_voted(const Hold& hold, const std::string& approver) {
  return std::any_of(hold.votes.begin(), hold.votes.end(),
                     [&](const Vote& v) { return v.approver == approver; });
}

const Plan* plan_now(const Hold& hold, const Options& options) {
  const auto found = options.plans.find(hold.call.plan);
  return found == options.plans.end() ? nullptr : &found->second;
}

bool named(const Hold& hold, const Options& options, const Approver& approver) {
  const Plan* now = plan_now(hold, options);
  return counts({hold.required, hold.from}, approver) ||
         (now != nullptr && counts({now->require, now->from}, approver));
}

}  // namespace

const Approver* find_approver(const std::vector<Approver>& roster, const std::string& id) {
  const auto found =
      std::find_if(roster.begin(), roster.end(), [&](const Approver& a) { return a.id == id; });
  return found == roster.end() ? nullptr : &*found;
}

bool counts(const Quorum& quorum, const Approver& approver) {
  return std::find_first_of(quorum.from.begin(), quorum.from.end(), approver.groups.begin(),
                            approver.groups.end()) != quorum.from.end();
}

bool satisfied(const Quorum& quorum, const std::vector<Vote>& votes, const std::vector<Approver>& roster) {
  std::set<std::string> people;
  for (const Vote& vote : votes) {
    const Approver* approver = find_approver(roster, vote.approver);
    if (vote.act == Act::approve && approver != nullptr && counts(quorum, *approver))
      people.insert(approver->id);
  }
  // A quorum of nobody would be no approval at all.
  return people.size() >= static_cast<std::size_t>(std::max(1, quorum.require));
}

bool may_vote(const Hold& hold, const Options& options, const std::string& approver) {
  const Approver* found = find_approver(options.approvers, approver);
  return found != nullptr && named(hold, options, *found);
}

bool quorum_met(const Hold& hold, const Options& options) {
  const Plan* now = plan_now(hold, options);
  return now != nullptr && satisfied({hold.required, hold.from}, hold.votes, options.approvers) &&
         satisfied({now->require, now->from}, hold.votes, options.approvers);
}

std::vector<std::string> pending_approvers(const Hold& hold, const Options& options) {
  std::vector<std::string> ids;
  if (hold.status != Status::pending) return ids;
  for (const Approver* approver : approvers_of(hold, options)) {
    if (!has_voted(hold, approver->id)) ids.push_back(approver->id);
  }
  return ids;
}

std::vector<const Approver*> approvers_of(const Hold& hold, const Options& options) {
  std::vector<const Approver*> found;
  for (const Approver& approver : options.approvers) {
    if (named(hold, options, approver)) found.push_back(&approver);
  }
  return found;
}

}  // namespace holdfast::approvals
