// A call that somebody asks about, judged: how it came, as a description or as the request of a proxy, makes
// no difference from here on.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "approvals/halt.hpp"
#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "crypto/digest.hpp"
#include "proxy/seen_labels.hpp"
#include "proxy/snapshot.hpp"

namespace holdfast::pdp {

struct Judged {
  std::shared_ptr<const proxy::Snapshot> snapshot;  // under which; the decision's views point into it
  approvals::HaltSwitch::Count begun = 0;           // the kill switch, before
  Decision decision;
  approvals::HeldCall call;  // as it is held, and recorded
  // What its agent had been given to read when it was judged last; where the call's facts stand.
  std::shared_ptr<proxy::SeenByAgent> seen = std::make_shared<proxy::SeenByAgent>();
  // The same call with this room in limits. Both look at the question, which is there for as long.
  std::function<Decision(std::span<const Draw> room)> judge;
  // The digest of the same call with another nonce: that of the hold which is to be consumed.
  std::function<crypto::DigestText(std::string_view nonce)> digest_with;

  bool has_room = false;                     // the room it draws on is reserved for it, and not settled
  std::chrono::milliseconds retry_after{0};  // of a limit that had none; 0: not known

  // Judges it, and says so wherever the call says it.
  void decide(std::span<const Draw> room) {
    decision = judge(room);
    call.risk_level = to_string(decision.risk);
    call.rule = decision.rule;
    call.reason = decision.reason;
    call.plan = decision.plan;
    call.further_plans.assign(decision.further_plans.begin(), decision.further_plans.end());
    call.required = decision.required;
    call.must_include.assign(decision.must_include.begin(), decision.must_include.end());
    call.draws = decision.draws;
  }
};

}  // namespace holdfast::pdp
