#include "pdp/metrics.hpp"

#include <string>
#include <vector>

namespace holdfast::pdp {
namespace {

metrics::Sample sample(std::string_view label, std::string_view value, const metrics::Counter& counter) {
  return {{{label, std::string(value)}}, static_cast<double>(counter.value())};
}

}  // namespace

void Metrics::ended(Ending ending) {
  if (ending == Ending::succeeded) return succeeded_.add();
  if (ending == Ending::failed) return failed_.add();
  missing_.add();
}

void Metrics::collect(metrics::Page* page, std::size_t open) const {
  std::vector<metrics::Sample> checks;
  for (const Effect effect : {Effect::allow, Effect::escalate, Effect::deny})
    checks.push_back(sample("decision", to_string(effect), checks_.at(static_cast<std::size_t>(effect))));
  page->counter("holdfast_checks_total", "Calls that somebody asked about on pdp_plane, by decision.",
                checks);
  page->counter("holdfast_checks_consumed_total",
                "Approvals that were spent by whoever asked, and makes the call itself.",
                static_cast<double>(consumed_.value()));
  page->counter("holdfast_check_outcomes_total",
                "How calls ended whose outcome was promised on pdp_plane; outcome_unknown: it was not told.",
                {sample("outcome", to_string(Ending::succeeded), succeeded_),
                 sample("outcome", to_string(Ending::failed), failed_),
                 sample("outcome", to_string(Ending::outcome_unknown), missing_)});
  page->gauge("holdfast_check_outcomes_awaited", "Calls that were let go and whose outcome is not told yet.",
              static_cast<double>(open));
}

}  // namespace holdfast::pdp
