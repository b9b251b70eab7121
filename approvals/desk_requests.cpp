// The stored requests of asynchronous calls, which run at their approval whether anybody is there or not
// (03-calls, last paragraph).
#include <fmt/format.h>

#include "approvals/desk_state.hpp"

namespace holdfast::approvals {
namespace {

// What a sealed request is bound to: it opens for no other hold, and for no other call.
std::string bound_to(const Hold& hold) {
  return fmt::format("holdfast-request-v1\n{}\n{}", hold.id, hold.call.digest);
}

}  // namespace

std::optional<std::string> Desk::State::sealed(const Hold& hold, const std::string* request) const {
  if (request == nullptr || !seal) return std::nullopt;
  return seal->seal(*request, bound_to(hold));
}

Result<std::string> Desk::State::open_request(const Hold& hold) const {
  Result<std::optional<std::string>> stored = store->request(hold.id);
  if (!stored) return fail(std::move(stored.error()));
  if (!*stored || !seal) {
    return fail(Code::not_found, fmt::format("the request of approval {} is not stored", hold.id));
  }
  return seal->open(**stored, bound_to(hold));
}

Result<void> Desk::State::check_request(const Hold& hold) {
  if (!stored_requests.contains(hold.id)) return {};
  const auto opened = open_request(hold);
  if (opened) return {};
  return fail(Code::corrupt,
              fmt::format("the stored request of hold {} does not open with keys/store.key: {}; put the key "
                          "back from a copy, or move approvals.db away to start without its holds",
                          hold.id, opened.error().detail));
}

Result<Attached> Desk::watch(const std::string& hold, Watcher watcher) {
  if (auto settled = state_->settle(hold); !settled) return fail(std::move(settled.error()));
  Result<HoldPtr> known = state_->known(hold);
  if (!known) return fail(std::move(known.error()));
  if ((*known)->ended()) {
    return fail(Code::conflict, fmt::format("approval {} has ended: {}", hold, resolution(**known)));
  }
  const bool asynchronous = (*known)->call.asynchronous;
  return state_->join(std::move(*known), asynchronous, std::move(watcher), nullptr);
}

Result<std::string> Desk::request(const std::string& hold) const {
  const Result<HoldPtr> known = state_->known(hold);
  return known ? state_->open_request(**known) : fail(known.error());
}

}  // namespace holdfast::approvals
