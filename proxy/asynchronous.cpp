#include "proxy/asynchronous.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "proxy/held_parts.hpp"
#include "proxy/reply.hpp"
#include "proxy/stored_request.hpp"

namespace holdfast::proxy {
namespace {

// Between two tries to reach the upstream of an approved call: nothing has been sent, and the approval stands
// until its redeem_ttl is over.
constexpr std::chrono::milliseconds kFirstPause{1000};
constexpr std::chrono::milliseconds kLongestPause{30000};

bool may_try_again(const Worker& worker, const approvals::Hold& hold) {
  return hold.status == approvals::Status::approved && !hold.ending &&
         !worker.shared->draining.load(std::memory_order_relaxed);
}

net::task<void> pause(Worker* worker, HoldWatchPtr watch, std::chrono::milliseconds time) {
  const Listed listed(&worker->waiting, &watch->signal);
  watch->signal.clear();
  const SteadyTime until = worker->shared->clock->steady() + time;
  co_await watch->signal.wait_until(until);
}

net::task<void> run(std::shared_ptr<Exchange> exchange, HoldWatchPtr watch) {
  Worker* worker = exchange->worker;
  const Rung rung{true, Signs::none, std::nullopt};
  for (auto time = kFirstPause;; time = std::min(time * 2, kLongestPause)) {
    Answer answer(exchange.get());
    answer.keep(exchange->request.snapshot->approvals->result_max);
    co_await wait_and_release(exchange.get(), &answer, watch, rung);
    if (!may_try_again(*worker, *watch->hold)) break;
    co_await pause(worker, watch, time);
  }
  // Before anything is awaited: if it is approved once more from here on, it needs another runner.
  worker->asynchronous_holds.erase(watch->hold->id);
  co_await detach(exchange.get(), watch);
}

struct TakenUp {
  approvals::HoldPtr hold;
  std::uint64_t watch = 0;
  std::string request;
};

Result<TakenUp> take_up(approvals::Desk* desk, const std::string& hold, const approvals::Watcher& watcher) {
  auto request = desk->request(hold);
  if (!request) return fail(std::move(request.error()));
  auto attached = desk->watch(hold, watcher);
  if (!attached) return fail(std::move(attached.error()));
  return TakenUp{attached->hold, attached->watch, std::move(*request)};
}

// Again while the store cannot be used: the approval stands meanwhile.
net::task<Result<TakenUp>> take_up(Worker* worker, std::string hold, HoldWatchPtr watch) {
  const auto watcher = watcher_for(worker->loop->executor(), watch);
  auto open = [desk = worker->shared->desk, hold, watcher] { return take_up(desk, hold, watcher); };
  for (auto time = kFirstPause;; time = std::min(time * 2, kLongestPause)) {
    auto asking = approvals::ask(worker->shared->desk_queue, open);
    Result<TakenUp> taken = co_await std::move(asking);
    const bool again = !taken && taken.error().code == Code::unavailable &&
                       !worker->shared->draining.load(std::memory_order_relaxed);
    if (!again) co_return taken;
    co_await pause(worker, watch, time);
  }
}

}  // namespace

net::task<void> answer_later(Exchange* exchange, Answer* answer, HoldWatchPtr watch) {
  Refusal refusal = pending_refusal(*exchange, *watch->hold);
  co_await refuse(exchange, answer, std::move(refusal));
  co_await detach(exchange, watch);
}

net::task<void> run_stored(Worker* worker, std::string hold) {
  if (!worker->asynchronous_holds.insert(hold).second) co_return;
  auto watch = std::make_shared<HoldWatch>(worker->loop);
  const Result<TakenUp> taken = co_await take_up(worker, hold, watch);
  if (!taken) {
    worker->asynchronous_holds.erase(hold);
    log::warning("call_not_run", {{"hold", hold}, {"why", taken.error().detail}});
    co_return;
  }
  watch->watch = taken->watch;
  watch->update(taken->hold);
  std::shared_ptr<Exchange> exchange = unpack_request(worker, *taken->hold, taken->request);
  if (!exchange) {
    worker->asynchronous_holds.erase(hold);
    log::error("call_not_run", {{"hold", hold}, {"why", "its stored request cannot be read"}});
    co_return;
  }
  co_await run(exchange, watch);
}

}  // namespace holdfast::proxy
