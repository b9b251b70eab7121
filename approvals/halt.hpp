// The kill switch (04-approvals "Revoke"): what every thread sees of it, and what is kept of each turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "core/clock.hpp"

namespace holdfast::approvals {

// Who turns the switch, and why.
struct HaltOrder {
  std::string by;      // the id of the credential; empty for a signal, which has none
  std::string via;     // token | signal
  std::string reason;  // at most 1 KiB; may be empty
};

// One turn of the switch, as the store keeps it and its log entry tells it.
struct HaltTurn {
  std::string id;       // of its entry in the receipt log
  bool halted = false;  // what it was turned to
  HaltOrder order;
  WallTime at;
  bool recorded = false;  // the log has it
};

// Read by every loop just before a first byte. It counts its turns: whoever looked at it before and finds the
// same count now knows that nobody has halted meanwhile, even if it was lifted again. Thread-safe.
class HaltSwitch {
 public:
  using Count = std::uint64_t;

  [[nodiscard]] Count count() const { return count_.load(); }
  [[nodiscard]] bool halted() const { return is_halted(count()); }
  // Whether what began at this count may still leave.
  [[nodiscard]] bool unmoved_since(Count begun) const { return !is_halted(begun) && count() == begun; }

  // At once, whatever the store says; a second time changes nothing.
  void halt() {
    Count now = count();
    while (!is_halted(now) && !count_.compare_exchange_weak(now, now + 1)) {
    }
  }
  // Of the desk alone, once the resume is in the store and in the log.
  void lift() {
    Count now = count();
    while (is_halted(now) && !count_.compare_exchange_weak(now, now + 1)) {
    }
  }

 private:
  static bool is_halted(Count count) { return count % 2 == 1; }

  std::atomic<Count> count_{0};
};

}  // namespace holdfast::approvals
