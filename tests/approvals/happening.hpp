// What can happen around a hold, and the drawing of 03-calls that none of it may leave.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "approvals/hold.hpp"
#include "approvals/options.hpp"

namespace holdfast::approvals::test {

enum class Happening : std::uint8_t {
  alice_approves,
  bob_approves,
  bob_rejects,
  time_runs_out,  // of the hold, or of its approval, and no timer has run yet
  tick,
  client_leaves,
  client_cancels,
  client_returns,
  admin_cancels,
  policy_denies,     // a reload: from now on the verdict at release is no
  alice_is_removed,  // a reload: her vote counts no more
  restart,           // at any moment, without a goodbye
  release,           // a loop tries, whether it may or not
  undo,              // the release sent nothing and the log took nothing
  send,              // the log has the authorize entry, and the first byte leaves
  answer,
  halt,
  resume,  // and the log has it
};
inline constexpr int kHappenings = 18;

inline std::string_view to_string(Happening what) {
  static constexpr std::array<std::string_view, kHappenings> names{"alice approves",
                                                                   "bob approves",
                                                                   "bob rejects",
                                                                   "time runs out",
                                                                   "tick",
                                                                   "the client leaves",
                                                                   "it cancels",
                                                                   "it returns",
                                                                   "admin cancels",
                                                                   "the policy denies",
                                                                   "alice is removed",
                                                                   "restart",
                                                                   "release",
                                                                   "undo",
                                                                   "send",
                                                                   "answer",
                                                                   "halt",
                                                                   "resume"};
  return names[static_cast<std::size_t>(what)];
}

using Sequence = std::vector<Happening>;

inline std::string to_string(const Sequence& sequence) {
  std::string text;
  for (const Happening what : sequence)
    text.append(text.empty() ? "" : ", ").append(to_string(what));
  return text;
}

// The drawing of 03-calls: what may be written over what.
inline bool is_drawn(Status from, Status to) {
  using enum Status;
  static const std::map<Status, std::set<Status>> arrows{
      {pending, {pending, approved, rejected, expired, cancelled, policy_changed}},
      {approved, {approved, pending, released, cancelled, client_gone, policy_changed}},
      {released, {released, approved}}};
  const auto row = arrows.find(from);
  return row != arrows.end() && row->second.contains(to);
}

inline bool has_voted(const Hold& hold, const std::string& who) {
  return std::any_of(hold.votes.begin(), hold.votes.end(),
                     [&](const Vote& vote) { return vote.approver == who; });
}

// How many people of today's roster have approved it.
inline std::size_t approvals_on(const Hold& hold, const Options& roster) {
  std::set<std::string> people;
  for (const Vote& vote : hold.votes) {
    const bool stands = std::any_of(roster.approvers.begin(), roster.approvers.end(),
                                    [&](const Approver& approver) { return approver.id == vote.approver; });
    if (vote.act == Act::approve && stands) people.insert(vote.approver);
  }
  return people.size();
}

}  // namespace holdfast::approvals::test
