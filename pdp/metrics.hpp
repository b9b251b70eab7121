// What the plane for systems that ask counts, and its part of the page of figures (docs/metrics.md).
#pragma once

#include <array>

#include "core/decision.hpp"
#include "core/ending.hpp"
#include "core/metrics_text.hpp"

namespace holdfast::pdp {

// Loop thread only, the reading included.
class Metrics {
 public:
  // A question was answered, whatever the answer.
  void judged(Effect effect) { checks_.at(static_cast<std::size_t>(effect)).add(); }
  // An approval was spent, and whoever asked may make the call.
  void consumed() { consumed_.add(); }
  // Of a call whose outcome was promised: succeeded, failed, or outcome_unknown where nobody told.
  void ended(Ending ending);

  // `open`: calls whose outcome is waited for.
  void collect(metrics::Page* page, std::size_t open) const;

 private:
  std::array<metrics::Counter, 3> checks_;  // by Effect
  metrics::Counter consumed_;
  metrics::Counter succeeded_, failed_, missing_;
};

}  // namespace holdfast::pdp
