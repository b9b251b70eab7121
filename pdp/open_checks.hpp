// Calls that somebody was told to make and whose outcome is to be told: each has its authorize entry in the
// log, and gets its receipt here, when the outcome is told or its time is over. What is open at the end of
// the process the next start closes, as outcome_unknown.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "approvals/hold.hpp"
#include "approvals/options.hpp"
#include "core/clock.hpp"
#include "core/decision.hpp"
#include "receipts/log.hpp"

namespace holdfast::pdp {

struct OpenCheck {
  approvals::HeldCall call;  // as it was judged last, without arguments and body
  Effect effect = Effect::allow;
  approvals::HoldPtr hold;  // released; null: it needed no approval
  std::shared_ptr<const approvals::Options> roster;
  std::string limits;  // of the decision
  receipts::Appended authorized;
  WallTime by;  // when its time is over: by either clock
  SteadyTime by_steady;
};

// Loop thread only.
class OpenChecks {
 public:
  // More are not begun: each is promised a receipt.
  static constexpr std::size_t kMost = 10'000;

  [[nodiscard]] bool full() const { return open_.size() >= kMost; }
  // Under the approval id of what was held, else under the call id.
  void add(OpenCheck check);
  // Whoever takes one closes it.
  [[nodiscard]] std::optional<OpenCheck> take(const std::string& id);
  [[nodiscard]] std::vector<OpenCheck> take_late(const Clock& clock);

 private:
  std::map<std::string, OpenCheck> open_;
};

}  // namespace holdfast::pdp
