#include "approvals/hold_machine.hpp"

#include <fmt/format.h>

#include <array>

namespace holdfast::approvals {
namespace {

struct Arrow {
  Status from{};
  Step step{};
  Status to{};
  std::optional<Ending> ending = std::nullopt;
};

// Every legal arrow; what does not stand here is refused.
constexpr std::array<Arrow, 29> kArrows{{
    {Status::pending, Step::approval, Status::pending},
    {Status::pending, Step::quorum, Status::approved},
    {Status::pending, Step::rejection, Status::rejected, Ending::rejected},
    {Status::pending, Step::deadline, Status::expired, Ending::expired},
    {Status::pending, Step::cancel, Status::cancelled, Ending::cancelled},
    {Status::pending, Step::change_policy, Status::policy_changed, Ending::policy_changed},
    {Status::pending, Step::detach, Status::pending},
    {Status::pending, Step::cancel_wait, Status::pending},
    {Status::pending, Step::attach, Status::pending},
    {Status::approved, Step::quorum_lost, Status::pending},
    {Status::approved, Step::release, Status::released},
    {Status::approved, Step::unclaimed, Status::client_gone, Ending::client_gone},
    {Status::approved, Step::cancel, Status::cancelled, Ending::cancelled},
    {Status::approved, Step::change_policy, Status::policy_changed, Ending::policy_changed},
    {Status::approved, Step::detach, Status::approved},
    {Status::approved, Step::cancel_wait, Status::approved},
    {Status::approved, Step::attach, Status::approved},
    // Whatever the store says of its votes and its clients: it ran.
    {Status::pending, Step::found_sent, Status::released},
    {Status::approved, Step::found_sent, Status::released},
    {Status::released, Step::unrelease, Status::approved},
    {Status::released, Step::succeed, Status::released, Ending::succeeded},
    {Status::released, Step::upstream_fail, Status::released, Ending::upstream_failed},
    {Status::released, Step::lose_outcome, Status::released, Ending::outcome_unknown},
    {Status::released, Step::halt, Status::released, Ending::halted},
    {Status::released, Step::permit, Status::released, Ending::permitted},
    {Status::released, Step::fail, Status::released, Ending::failed},
    {Status::released, Step::outdate, Status::released, Ending::policy_changed},
    // The client of a running call may leave and come back; what runs goes on.
    {Status::released, Step::detach, Status::released},
    {Status::released, Step::attach, Status::released},
}};

constexpr std::array<std::string_view, kSteps> kStepNames{
    "approval",    "quorum",  "rejection",     "deadline",     "quorum_lost", "release",       "unclaimed",
    "unrelease",   "succeed", "upstream_fail", "lose_outcome", "cancel",      "change_policy", "detach",
    "cancel_wait", "attach",  "found_sent",    "halt",         "permit",      "fail",          "outdate"};

const Arrow* find_arrow(const Standing& from, Step step) {
  if (from.ending) return nullptr;
  // Detached: votes count, nothing runs until the same agent asks again.
  if (step == Step::release && from.detached) return nullptr;
  for (const Arrow& arrow : kArrows) {
    if (arrow.from == from.status && arrow.step == step) return &arrow;
  }
  return nullptr;
}

std::string where(const Standing& from) {
  std::string text(to_string(from.status));
  if (from.status == Status::released && from.ending)
    text += fmt::format(" and {}", holdfast::to_string(*from.ending));
  if (from.detached && !from.ending) text += " and nobody waits for it";
  return text;
}

}  // namespace

std::string_view to_string(Step step) {
  return kStepNames[static_cast<std::size_t>(step)];
}

Result<Standing> advance(const Standing& from, Step step) {
  const Arrow* arrow = find_arrow(from, step);
  if (arrow == nullptr) {
    return fail(Code::conflict, fmt::format("the hold is {}: no {} from here", where(from), to_string(step)));
  }
  Standing to = from;
  to.status = arrow->to;
  to.ending = arrow->ending;
  // The one arrow whose end depends on what the client said before.
  if (step == Step::unclaimed && from.client_cancelled) {
    to.status = Status::cancelled;
    to.ending = Ending::cancelled;
  }
  if (step == Step::detach || step == Step::cancel_wait) to.detached = true;
  if (step == Step::cancel_wait) to.client_cancelled = true;
  if (step == Step::attach) to.detached = to.client_cancelled = false;
  return to;
}

Result<Hold> advance(const Hold& hold, Step step) {
  const Standing from{hold.status, hold.detached, hold.client_cancelled, hold.ending};
  Result<Standing> to = advance(from, step);
  if (!to) return fail(std::move(to.error()));
  Hold next = hold;
  next.status = to->status;
  next.detached = to->detached;
  next.client_cancelled = to->client_cancelled;
  next.ending = to->ending;
  return next;
}

}  // namespace holdfast::approvals
