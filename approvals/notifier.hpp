// The notices that go out to approvers.
#pragma once

#include <cstdint>

#include "approvals/hold.hpp"

namespace holdfast::approvals {

// requested: please decide (once per hold, and again at boot while it is pending). resolved: it left pending.
// completed: an approved call has ended, released or not.
enum class Event : std::uint8_t { requested, resolved, completed };

// An interface because tests stand in for the world.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // Desk thread; must not block. The hold is on disk already (law 4).
  virtual void notify(Event event, HoldPtr hold) = 0;
};

}  // namespace holdfast::approvals
