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

Result<void> Desk::State::check_requests() const {
  const auto stored = store->with_request();
  if (!stored) return fail(stored.error());
  for (const std::string& id : *stored) {
    const Entry* known = memory.find(id);
    if (known == nullptr) {
      return fail(Code::corrupt,
                  fmt::format("the approvals store has the request of hold {}, but not the hold", id));
    }
    if (auto opened = open_request(*known->hold); !opened) {
      return fail(
          Code::corrupt,
          fmt::format("the stored request of hold {} does not open with keys/store.key: {}; put the key "
                      "back from a copy, or move approvals.db away to start without its holds",
                      id, opened.error().detail));
    }
  }
  return {};
}

Result<Attached> Desk::watch(const std::string& hold, Watcher watcher) {
  if (auto settled = state_->settle(hold); !settled) return fail(std::move(settled.error()));
  const Entry* entry = state_->memory.find(hold);
  if (entry == nullptr) return fail(state_->absent(hold));
  if (entry->hold->ended()) {
    return fail(Code::conflict, fmt::format("approval {} has ended: {}", hold, resolution(*entry->hold)));
  }
  return state_->join(*entry, entry->hold->call.asynchronous, std::move(watcher), nullptr);
}

Result<std::vector<std::string>> Desk::with_request() const {
  return state_->store->with_request();
}

Result<std::string> Desk::request(const std::string& hold) const {
  const Entry* entry = state_->memory.find(hold);
  if (entry == nullptr) return fail(state_->absent(hold));
  return state_->open_request(*entry->hold);
}

}  // namespace holdfast::approvals
