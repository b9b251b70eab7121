// How a call ended that somebody was told to make: told, or not told in time.
#pragma once

#include "pdp/plane.hpp"
#include "pdp/record.hpp"

namespace holdfast::pdp {

// From here on its outcome is waited for; until when. `place`: taken before it was let go.
[[nodiscard]] WallTime begin_waiting(Plane* plane, OpenChecks::Place place, About about,
                                     receipts::Appended authorized);

// The store learns the ending of a released hold. False, and logged: it did not; the next start tells it.
net::task<bool> finish_hold(proxy::Shared* shared, std::string hold, Ending ending);

// POST /v1/check/<approval or call id>/outcome {"outcome":"succeeded"|"failed","status":200}
net::task<Response> tell_outcome(Plane* plane, const Request* request);

// Closes those whose time is over, as outcome_unknown.
net::task<void> close_late(Plane* plane);

}  // namespace holdfast::pdp
