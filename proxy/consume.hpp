// Consuming an approval (03-calls "The states"): the one way in which an approved call gets the right to run,
// sent by us or by whoever asked us about it.
#pragma once

#include <functional>
#include <memory>

#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "net/task.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

struct Consumed {
  approvals::HoldPtr hold;  // released
  receipts::Appended authorized;
};

// What is consumed, and under what it was judged again.
struct Claim {
  Shared* shared = nullptr;
  std::shared_ptr<const Snapshot> judged_under;
  approvals::HaltSwitch::Count begun = 0;  // the kill switch, before it was judged
  // Desk thread: Desk::release, with what has to be done for it.
  std::function<Result<approvals::HoldPtr>(approvals::Desk*)> release;
  // Appends the authorize entry; at once, on the loop that consumes.
  std::function<void(const approvals::HoldPtr& released,
                     std::function<void(Result<receipts::Appended>)> done)>
      authorize;
};

// Both the release and the authorize entry are durable when this returns. Not at the same time: an authorize
// entry cannot be taken back, and must stand for no release that was refused (docs/holds.md). Errors: those
// of Desk::release; halted, also while the configuration is exchanged: the approval stands, try again then;
// unavailable.
net::task<Result<Consumed>> consume(Claim claim);

// Whether today's decision lets a call through that was held as this one: it denies nothing and asks nobody
// else.
[[nodiscard]] bool still_lets_through(const Decision& now, const approvals::HeldCall& held);

}  // namespace holdfast::proxy
