// A call that somebody asks about, judged: how it came, as a description or as the request of a proxy, makes
// no difference from here on.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "approvals/halt.hpp"
#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "crypto/digest.hpp"
#include "proxy/snapshot.hpp"

namespace holdfast::pdp {

struct Judged {
  std::shared_ptr<const proxy::Snapshot> snapshot;  // under which; the decision's views point into it
  approvals::HaltSwitch::Count begun = 0;           // the kill switch, before
  Decision decision;
  approvals::HeldCall call;  // as it is held, and recorded
  // The digest of the same call with another nonce: that of the hold which is to be consumed.
  std::function<crypto::DigestText(std::string_view nonce)> digest_with;
};

}  // namespace holdfast::pdp
