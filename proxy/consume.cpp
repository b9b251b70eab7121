#include "proxy/consume.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/offload.hpp"
#include "proxy/record.hpp"

namespace holdfast::proxy {
namespace {

// Undoes a release of which the log certainly knows nothing: the approval stands. `why` is what the caller
// hears. If even this fails, the next start does it.
net::task<Result<Consumed>> give_back(Shared* shared, std::string hold, Error why) {
  auto undo = [desk = shared->desk, hold] { return desk->unrelease(hold); };
  const auto undone = co_await approvals::ask(shared->desk_queue, std::move(undo));
  if (!undone) co_return fail(Code::unavailable, undone.error().detail);
  co_return fail(std::move(why));
}

// The policy and the roster that this was judged by are being replaced, or were.
bool is_outdated(const Claim& claim) {
  return claim.shared->changing || claim.shared->snapshot.load() != claim.judged_under;
}

// Whether today's policy asks the same people as were asked.
bool asks_the_same(const Decision& now, const approvals::HeldCall& held) {
  return now.plan == held.plan && now.required == held.required &&
         std::equal(now.further_plans.begin(), now.further_plans.end(), held.further_plans.begin(),
                    held.further_plans.end()) &&
         std::equal(now.must_include.begin(), now.must_include.end(), held.must_include.begin(),
                    held.must_include.end());
}

}  // namespace

bool still_lets_through(const Decision& now, const approvals::HeldCall& held) {
  if (now.effect == Effect::deny) return false;
  return now.effect == Effect::allow || asks_the_same(now, held);
}

net::task<Result<Consumed>> consume(Claim claim) {
  Shared* shared = claim.shared;
  auto release = [desk = shared->desk, release = claim.release] { return release(desk); };
  const auto released = co_await approvals::ask(shared->desk_queue, std::move(release));
  if (!released) co_return fail(released.error());
  if (!shared->halts->unmoved_since(claim.begun)) {
    co_return co_await give_back(shared, (*released)->id, {Code::halted, "everything is halted"});
  }
  if (is_outdated(claim)) {
    co_return co_await give_back(shared, (*released)->id, {Code::halted, "the policy is another one now"});
  }
  // Appends before anything else happens on this loop: Shared::changing and AgentPlane::fence count on it.
  auto start = [&claim, hold = *released](auto done) { claim.authorize(hold, std::move(done)); };
  const auto authorized = co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
  if (authorized) co_return Consumed{*released, *authorized};
  // Nothing was sent. But after a failed write or sync the entry may be on disk, and whoever has an authorize
  // entry has spent the approval: the hold stays released without an ending, and takes nobody's retry, until
  // the next start reads the log and names it (approved again, or outcome_unknown).
  if (!certainly_not_written(authorized.error())) {
    co_return fail(Code::unavailable,
                   fmt::format("{}; this call was not sent, and cannot be retried before a "
                               "restart has found out whether its approval was spent",
                               authorized.error().detail));
  }
  co_return co_await give_back(shared, (*released)->id, {Code::unavailable, authorized.error().detail});
}

}  // namespace holdfast::proxy
