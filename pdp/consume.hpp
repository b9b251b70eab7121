// Consuming the approval of a call that somebody asked about: whoever is told yes here may make it, once.
#pragma once

#include <optional>
#include <string>

#include "pdp/settle.hpp"

namespace holdfast::pdp {

struct Taken {
  bool allowed = false;  // the approval is spent, and the call may be made
  Ending ending = Ending::unavailable;
  std::string detail;  // of a no: one sentence
  std::optional<WallTime> report_by;
};

// `judged`: the call once more, under today's policy; `hold`: approved, as seen a moment ago. Everything a
// release looks at is looked at: kill switch, votes, policy, digest. The authorize entry is durable before it
// says yes.
net::task<Taken> consume(Plane* plane, Judged* judged, approvals::HoldPtr hold, Manner manner);

// POST /v1/check/<approval id>/consume, of what was described.
net::task<Response> consume_check(Plane* plane, const Request* request);

}  // namespace holdfast::pdp
