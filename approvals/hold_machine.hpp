// The state machine of a hold (03-calls "The states"), pure: what a step makes of a standing, or why it may
// not.
//
//   pending  -- approval ----------> pending       a vote, not yet a quorum
//   pending  -- quorum ------------> approved
//   pending  -- rejection ---------> rejected
//   pending  -- deadline ----------> expired
//   approved -- quorum_lost -------> pending       the first deadline stands
//   approved -- release -----------> released      only while somebody waits
//   approved -- unclaimed ---------> client_gone   cancelled, if the client said so
//   released -- unrelease ---------> approved      certainly nothing was sent
//   pending, approved -- found_sent -> released      at boot only: the log knows that it was sent
//   released -- succeed | upstream_fail | lose_outcome | permit | fail -> released, with that ending
//   released -- halt | outdate ----> released, with the ending halted | policy_changed: nothing was sent
//   pending, approved -- cancel | change_policy --> cancelled | policy_changed
//   pending, approved, released -- detach | cancel_wait | attach --> the same, detached or not
//
// Nothing else is legal, and nothing at all once there is an ending.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "approvals/hold.hpp"
#include "core/ending.hpp"
#include "core/result.hpp"

namespace holdfast::approvals {

enum class Step : std::uint8_t {
  approval,
  quorum,
  rejection,
  deadline,
  quorum_lost,
  release,
  unclaimed,
  unrelease,
  succeed,
  upstream_fail,
  lose_outcome,
  cancel,
  change_policy,
  detach,       // the last client that waited is gone
  cancel_wait,  // the same, and it said so
  attach,
  found_sent,  // recovery: this store is older than the log
  halt,        // the kill switch was thrown after the log had the authorize entry
  permit,      // of a check: whoever asked may go on, and will not tell what came of it
  fail,        // of a check: whoever asked says that it failed
  outdate,     // another configuration came into force after that entry
};
inline constexpr int kSteps = 21;

[[nodiscard]] std::string_view to_string(Step step);

struct Standing {
  Status status = Status::pending;
  bool detached = false;
  bool client_cancelled = false;
  std::optional<Ending> ending;

  bool operator==(const Standing&) const = default;
};

// Error: conflict, naming where the hold stands.
[[nodiscard]] Result<Standing> advance(const Standing& from, Step step);

// The same over a hold: its standing moves, everything else stays.
[[nodiscard]] Result<Hold> advance(const Hold& hold, Step step);

}  // namespace holdfast::approvals
