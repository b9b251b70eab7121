#include "pdp/open_checks.hpp"

#include <utility>

namespace holdfast::pdp {

std::optional<OpenChecks::Place> OpenChecks::reserve() {
  if (open_.size() + promised_ >= kMost) return std::nullopt;
  return Place(this);
}

// The place goes with this: what it stood for is there.
void OpenChecks::add(Place /*place*/, OpenCheck check) {
  // Only what a receipt says of it.
  check.call.args = check.call.body = check.call.body_base64 = check.call.headers = check.call.context = {};
  if (check.call.redacted()) check.call.shown_args = "null";
  std::string id = check.hold != nullptr ? check.hold->id : check.call.call_id;
  open_.insert_or_assign(std::move(id), std::move(check));
}

std::optional<OpenCheck> OpenChecks::take(const std::string& id) {
  auto found = open_.extract(id);
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

std::vector<OpenCheck> OpenChecks::take_late(const Clock& clock) {
  std::vector<OpenCheck> late;
  for (auto at = open_.begin(); at != open_.end();) {
    const bool over = clock.wall() >= at->second.by || clock.steady() >= at->second.by_steady;
    if (over) late.push_back(std::move(at->second));
    at = over ? open_.erase(at) : std::next(at);
  }
  return late;
}

}  // namespace holdfast::pdp
