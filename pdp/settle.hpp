// From a judgement to what whoever asked is told: recorded, held, or let go. The picture of 01-architecture,
// but for the sending, which is not ours.
#pragma once

#include <chrono>
#include <string>

#include "pdp/judged.hpp"
#include "pdp/plane.hpp"

namespace holdfast::pdp {

// What whoever asked can do with an answer.
struct Manner {
  bool reports = false;  // tells how an allowed call ended
  bool redeems = false;  // asks again with the same call, and with that takes up an approval
};

struct Verdict {
  bool allowed = false;  // the call may be made, and nothing else says so
  Effect effect = Effect::deny;
  Ending ending = Ending::policy_denied;
  std::string detail;  // one sentence, for whoever asked
  std::string call_id;
  std::string receipt_id;               // empty: there is none yet, or it could not be written
  approvals::HoldPtr hold;              // that stands behind it
  std::chrono::seconds retry_after{0};  // when it is known; 0: it is not
  std::optional<WallTime> report_by;    // set: its outcome is to be told until then
};

// Whatever says yes is on disk before it is said. Exactly one receipt, or a hold or an open check that will
// leave one.
net::task<Verdict> settle(Plane* plane, Judged judged, Manner manner);

}  // namespace holdfast::pdp
