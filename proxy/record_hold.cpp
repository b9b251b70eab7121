#include "proxy/record_hold.hpp"

#include <algorithm>
#include <vector>

#include "approvals/plan.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "proxy/call_members.hpp"

namespace holdfast::proxy {
namespace {

// Empty: the vote counts for none of them.
std::string group_of(const approvals::Hold& hold, const approvals::Options& roster,
                     const approvals::Vote& vote) {
  if (!approvals::stands(vote, roster.approvers)) return {};
  const approvals::Approver* approver = approvals::find_approver(roster.approvers, vote.approver);
  const auto asked_by = [&](const approvals::Quorum& quorum) -> std::string {
    const auto group = std::find_first_of(approver->groups.begin(), approver->groups.end(),
                                          quorum.from.begin(), quorum.from.end());
    return group == approver->groups.end() ? std::string() : *group;
  };
  std::string group = asked_by(hold.quorum);
  for (std::size_t i = 0; group.empty() && i < hold.further.size(); ++i)
    group = asked_by(hold.further[i]);
  return group;
}

}  // namespace

std::string approvals_text(const approvals::Hold& hold, const approvals::Options& roster) {
  std::vector<std::string> approvals;
  for (const approvals::Vote& vote : hold.votes) {
    json::ObjectText approval;
    approval.set("act", vote.act == approvals::Act::approve ? "approve" : "reject")
        .set("alg", vote.method)
        .set("kid", vote.approver)
        .set_if("group", group_of(hold, roster, vote))
        .set("level", vote.level)
        .set("at", unix_milliseconds(vote.at))
        .set_if("evidence", vote.evidence);
    approvals.push_back(approval.text());
  }
  return json::array_text(approvals);
}

void append_unreleased(receipts::Log* log, const approvals::Hold& hold, const approvals::Options& roster,
                       std::function<void(Result<receipts::Appended>)> done) {
  json::ObjectText outcome;
  outcome.set("state", approvals::resolution(hold));
  json::ObjectText members = call_members(hold.call, Effect::escalate);
  members.set("id", hold.call.receipt_id).set("hold", hold.id).set("outcome", outcome);
  if (!hold.votes.empty()) members.set_raw("approvals", approvals_text(hold, roster));
  log::event("hold_ended", {{"call", hold.call.call_id},
                            {"hold", hold.id},
                            {"tool", hold.call.tool},
                            {"ending", approvals::resolution(hold)}});
  log->append_unhurried("receipt", members, std::move(done));
}

void HoldRecorder::notify(approvals::Event event, approvals::HoldPtr hold) {
  const bool unreleased = hold->ended() && hold->status != approvals::Status::released;
  if (recording_ && event != approvals::Event::requested && unreleased) {
    append_unreleased(log_, *hold, *roster_,
                      [recorded = recorded_, id = hold->id,
                       call = hold->call.call_id](Result<receipts::Appended> appended) {
                        if (appended) return recorded(id);
                        // It stays unmarked: the next start records it.
                        log::error("receipt_not_recorded",
                                   {{"call", call}, {"why", appended.error().detail}});
                      });
  }
  next_->notify(event, std::move(hold));
}

}  // namespace holdfast::proxy
