// Calls that somebody was told to make and whose outcome is to be told: each has its authorize entry in the
// log, and gets its receipt here, when the outcome is told or its time is over. What is open at the end of
// the process the next start closes, as outcome_unknown.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "approvals/hold.hpp"
#include "approvals/options.hpp"
#include "core/clock.hpp"
#include "core/decision.hpp"
#include "proxy/call_members.hpp"
#include "receipts/log.hpp"

namespace holdfast::pdp {

struct OpenCheck {
  approvals::HeldCall call;  // as it was judged last, without arguments and body
  Effect effect = Effect::allow;
  approvals::HoldPtr hold;  // released; null: it needed no approval
  std::shared_ptr<const approvals::Options> roster;
  proxy::DecisionTexts texts;
  receipts::Appended authorized;
  WallTime by;  // when its time is over: by either clock
  SteadyTime by_steady;
};

// Loop thread only.
class OpenChecks {
 public:
  // More are not begun: each is promised a receipt.
  static constexpr std::size_t kMost = 10'000;

  // Room for one, taken before its call is let go and gone with this: many are let go at once, and each waits
  // for the log. The checks outlive it.
  class Place {
   public:
    Place(Place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (of_ != nullptr) --of_->promised_;
    }

   private:
    friend class OpenChecks;
    explicit Place(OpenChecks* of) : of_(of) { ++of_->promised_; }
    OpenChecks* of_;
  };

  // Nothing: there are as many as there may be.
  [[nodiscard]] std::optional<Place> reserve();
  // Under the approval id of what was held, else under the call id.
  void add(Place place, OpenCheck check);
  // Whoever takes one closes it.
  [[nodiscard]] std::optional<OpenCheck> take(const std::string& id);
  [[nodiscard]] std::vector<OpenCheck> take_late(const Clock& clock);
  [[nodiscard]] std::size_t size() const { return open_.size(); }

 private:
  std::map<std::string, OpenCheck> open_;
  std::size_t promised_ = 0;  // places
};

}  // namespace holdfast::pdp
