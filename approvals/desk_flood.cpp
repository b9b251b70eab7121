// What an agent may ask of its approvers: so many calls at a time, and no tool again and again until somebody
// clicks (03-calls "Identical", 04-approvals `flood`).
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "approvals/desk_state.hpp"
#include "core/json.hpp"

namespace holdfast::approvals {
namespace {

// Deeper than any body that was judged.
constexpr std::size_t kArgsDepth = 1024;

}  // namespace

std::chrono::milliseconds Desk::State::limited_for(const ToolOfAgent& key) const {
  const std::set<std::string>* rejected = memory.rejections(key);
  if (rejected == nullptr) return {};
  std::vector<std::chrono::milliseconds> left;
  for (const std::string& id : *rejected) {
    const Deadline& until = memory.find(id)->kept;
    const auto steady = std::chrono::ceil<std::chrono::milliseconds>(until.steady - clock->steady());
    const auto wall = std::chrono::ceil<std::chrono::milliseconds>(until.wall - clock->wall());
    if (std::min(steady, wall).count() > 0) left.push_back(std::min(steady, wall));
  }
  const auto most = static_cast<std::size_t>(options.rejections_per_tool);
  if (left.size() < most) return {};
  std::sort(left.begin(), left.end());
  return left[left.size() - most];
}

const std::string* Desk::State::plan_that_is_not_there(const HeldCall& call) const {
  if (!options.plans.contains(call.plan)) return &call.plan;
  const auto missing = std::find_if(call.further_plans.begin(), call.further_plans.end(),
                                    [&](const std::string& plan) { return !options.plans.contains(plan); });
  return missing == call.further_plans.end() ? nullptr : &*missing;
}

Result<void> Desk::State::may_open(const HeldCall& call) const {
  if (halts.halted()) return fail(Code::halted, "everything is halted: nothing is held");
  // Without a match key every call of an agent would be the same call.
  if (call.match_key.empty()) return fail(Code::internal, "a call without a match key cannot be held");
  if (const std::string* missing = plan_that_is_not_there(call); missing != nullptr) {
    return fail(Code::unavailable, fmt::format("there is no approval plan \"{}\"", *missing));
  }
  if (limited_for({call.agent, call.tool}).count() > 0) {
    return fail(Code::limited,
                fmt::format("approvers have rejected {} calls of {} by agent \"{}\" within {} minutes",
                            options.rejections_per_tool, call.tool, call.agent,
                            std::chrono::ceil<std::chrono::minutes>(options.cooldown).count()));
  }
  if (const int waiting = memory.waiting(call.agent); waiting >= options.pending_per_agent) {
    return fail(Code::conflict,
                fmt::format("too many pending: agent \"{}\" has {} calls waiting for approval, or cancelled "
                            "undecided a short time ago",
                            call.agent, waiting));
  }
  // `args` is spliced into what approvers see, so it must be JSON.
  if (call.args.empty()) return {};
  if (auto parsed = json::parse(call.args, {call.args.size(), kArgsDepth}); !parsed) {
    return fail(Code::malformed,
                fmt::format("the arguments of {} are not JSON: {}", call.tool, parsed.error().detail));
  }
  return {};
}

}  // namespace holdfast::approvals
