#include "approvals/metrics.hpp"

namespace holdfast::approvals {
namespace {

// Every way in which a hold can end.
constexpr std::array kResolutions{
    Ending::succeeded, Ending::upstream_failed, Ending::outcome_unknown, Ending::rejected,  Ending::expired,
    Ending::cancelled, Ending::client_gone,     Ending::policy_changed,  Ending::permitted, Ending::failed};

}  // namespace

void Metrics::changed(const Hold& before, const Hold& now, const Vote* vote) {
  pending_.add((now.status == Status::pending ? 1 : 0) - (before.status == Status::pending ? 1 : 0));
  if (vote != nullptr) votes_[static_cast<std::size_t>(vote->act)].add();
  const bool decided =
      before.status == Status::pending && (now.status == Status::approved || now.status == Status::rejected);
  // By the wall clock: the hold may be older than this process.
  if (decided && vote != nullptr) time_to_decision_.observe(vote->at - now.created_at);
  if (before.status == Status::approved && now.status == Status::released) releases_.add();
  if (now.ending && !before.ending) resolutions_[static_cast<std::size_t>(*now.ending)].add();
}

void Metrics::collect(metrics::Page* page) const {
  const auto count = [](const metrics::Counter& counter) { return static_cast<double>(counter.value()); };
  std::vector<metrics::Sample> resolutions;
  for (const Ending ending : kResolutions) {
    resolutions.push_back({{{"resolution", std::string(holdfast::to_string(ending))}},
                           count(resolutions_[static_cast<std::size_t>(ending)])});
  }
  page->gauge("holdfast_holds_pending", "Holds that wait for a decision.",
              static_cast<double>(pending_.value()));
  page->counter("holdfast_holds_opened_total", "Calls put on hold.", count(opened_));
  page->counter("holdfast_votes_total", "Votes taken.",
                {{{{"vote", "approve"}}, count(votes_[static_cast<std::size_t>(Act::approve)])},
                 {{{"vote", "reject"}}, count(votes_[static_cast<std::size_t>(Act::reject)])}});
  page->histogram("holdfast_time_to_decision_seconds", "From a hold's opening to the vote that decided it.",
                  time_to_decision_.read());
  page->counter("holdfast_releases_total", "Approved calls released to be sent.", count(releases_));
  page->counter("holdfast_limit_spends_total", "Times that a call took room of a limit.", count(spends_));
  page->counter("holdfast_limit_without_room_total", "Times that a limit had no room for a call.",
                count(without_room_));
  page->counter("holdfast_resolutions_total", "Holds that ended, by how.", resolutions);
}

}  // namespace holdfast::approvals
