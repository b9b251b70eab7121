#include "approvals/plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace holdfast::approvals {
namespace {

bool has(const Marks& marks, const std::string& mark) {
  return !mark.empty() && (mark == marks.token || std::find(marks.secrets.begin(), marks.secrets.end(),
                                                            mark) != marks.secrets.end());
}

// Today's of every plan of the hold; absent when one of them is gone.
std::optional<std::vector<Quorum>> quorums_now(const Hold& hold, const Options& options) {
  std::vector<std::string> names = hold.call.further_plans;
  names.insert(names.begin(), hold.call.plan);
  std::vector<Quorum> quorums;
  for (const std::string& name : names) {
    const auto plan = options.plans.find(name);
    if (plan == options.plans.end()) return std::nullopt;
    quorums.push_back(quorum_of(plan->second, hold.call.required, hold.call.must_include));
  }
  return quorums;
}

std::vector<Quorum> quorums_then(const Hold& hold) {
  std::vector<Quorum> quorums = hold.further;
  quorums.insert(quorums.begin(), hold.quorum);
  return quorums;
}

bool named(const Hold& hold, const Options& options, const Approver& approver) {
  const auto by = [&](const Quorum& quorum) { return counts(quorum, approver); };
  const auto then = quorums_then(hold);
  const auto now = quorums_now(hold, options);
  return std::any_of(then.begin(), then.end(), by) || (now && std::any_of(now->begin(), now->end(), by));
}

bool is_in(const Approver& approver, const std::vector<std::string>& groups) {
  return std::find_first_of(groups.begin(), groups.end(), approver.groups.begin(), approver.groups.end()) !=
         groups.end();
}

void add_once(std::vector<std::string>& groups, const std::vector<std::string>& more) {
  for (const std::string& group : more) {
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
}

}  // namespace

const Approver* find_approver(const std::vector<Approver>& roster, const std::string& id) {
  const auto found =
      std::find_if(roster.begin(), roster.end(), [&](const Approver& a) { return a.id == id; });
  return found == roster.end() ? nullptr : &*found;
}

bool counts(const Quorum& quorum, const Approver& approver) {
  return is_in(approver, quorum.from);
}

bool stands(const Vote& vote, const std::vector<Approver>& roster) {
  const Approver* approver = find_approver(roster, vote.approver);
  return approver != nullptr && has(approver->marks, vote.credential);
}

bool has_voted(const Hold& hold, const Options& options, const std::string& approver) {
  return std::any_of(hold.votes.begin(), hold.votes.end(), [&](const Vote& vote) {
    return vote.approver == approver && stands(vote, options.approvers);
  });
}

bool satisfied(const Quorum& quorum, const std::vector<Vote>& votes, const std::vector<Approver>& roster) {
  std::set<const Approver*> people;
  for (const Vote& vote : votes) {
    if (vote.act != Act::approve || !stands(vote, roster)) continue;
    const Approver* approver = find_approver(roster, vote.approver);
    if (counts(quorum, *approver)) people.insert(approver);
  }
  // A quorum of nobody would be no approval at all.
  if (people.size() < static_cast<std::size_t>(std::max(1, quorum.require))) return false;
  return std::all_of(quorum.must_include.begin(), quorum.must_include.end(), [&](const std::string& group) {
    return std::any_of(people.begin(), people.end(),
                       [&](const Approver* one) { return is_in(*one, {group}); });
  });
}

Quorum quorum_of(const Plan& plan, int required, const std::vector<std::string>& must_include) {
  Quorum quorum{std::max(plan.require, required), plan.from, plan.must_include};
  add_once(quorum.must_include, must_include);
  add_once(quorum.from, quorum.must_include);
  return quorum;
}

bool may_vote(const Hold& hold, const Options& options, const std::string& approver) {
  const Approver* found = find_approver(options.approvers, approver);
  return found != nullptr && named(hold, options, *found);
}

bool quorum_met(const Hold& hold, const Options& options) {
  const auto met = [&](const Quorum& quorum) { return satisfied(quorum, hold.votes, options.approvers); };
  const auto then = quorums_then(hold);
  const auto now = quorums_now(hold, options);
  return now && std::all_of(then.begin(), then.end(), met) && std::all_of(now->begin(), now->end(), met);
}

void reckon(Hold& hold, const Options& options) {
  hold.pending_approvers.clear();
  hold.undone.clear();
  if (hold.status != Status::pending && hold.status != Status::approved) return;
  for (const Vote& vote : hold.votes) {
    if (!stands(vote, options.approvers)) hold.undone.push_back(vote.approver);
  }
  if (hold.status != Status::pending) return;
  for (const Approver* approver : approvers_of(hold, options)) {
    if (!has_voted(hold, options, approver->id)) hold.pending_approvers.push_back(approver->id);
  }
}

std::vector<const Approver*> approvers_of(const Hold& hold, const Options& options) {
  std::vector<const Approver*> found;
  for (const Approver& approver : options.approvers) {
    if (named(hold, options, approver)) found.push_back(&approver);
  }
  return found;
}

}  // namespace holdfast::approvals
