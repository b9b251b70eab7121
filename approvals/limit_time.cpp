#include "approvals/limit_time.hpp"

#include <algorithm>

namespace holdfast::approvals {
namespace {

LimitMark moment(const Clock& clock) {
  const auto steady = std::chrono::floor<Milliseconds>(clock.steady().time_since_epoch());
  return {0, steady.count(), unix_milliseconds(clock.wall()), clock.boot()};
}

}  // namespace

LimitTime::LimitTime(const Clock* clock, const std::optional<LimitMark>& kept)
    : clock_(clock), begin_(moment(*clock)) {
  if (!kept) return;
  const bool same_boot = !begin_.boot.empty() && begin_.boot == kept->boot;
  const std::int64_t passed = same_boot ? begin_.steady - kept->steady : begin_.wall - kept->wall;
  begin_.at = kept->at + std::max<std::int64_t>(0, passed);
}

LimitMark LimitTime::mark() const {
  const auto steady = std::chrono::floor<Milliseconds>(clock_->steady().time_since_epoch()).count();
  return {begin_.at + (steady - begin_.steady), steady, unix_milliseconds(clock_->wall()), begin_.boot};
}

}  // namespace holdfast::approvals
