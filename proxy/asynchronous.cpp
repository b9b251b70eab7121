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

net::task<void> run_later(std::shared_ptr<Exchange> exchange, HoldWatchPtr watch) {
  Worker* worker = exchange->worker;
  const std::string hold = watch->hold->id;
  const Rung rung{true, Signs::none, std::nullopt};
  for (auto time = kFirstPause;; time = std::min(time * 2, kLongestPause)) {
    Answer answer(exchange.get());
    answer.keep(worker->shared->result_max);
    co_await wait_and_release(exchange.get(), &answer, watch, rung);
    if (!may_try_again(*worker, *watch->hold)) break;
    co_await pause(worker, watch, time);
  }
  co_await detach(exchange.get(), watch);
  worker->asynchronous_holds.erase(hold);
}

struct Resumed {
  approvals::HoldPtr hold;
  std::uint64_t watch = 0;
  std::string request;
};

Result<Resumed> take_up(approvals::Desk* desk, const std::string& hold, const approvals::Watcher& watcher) {
  auto request = desk->request(hold);
  if (!request) return fail(std::move(request.error()));
  auto attached = desk->watch(hold, watcher);
  if (!attached) return fail(std::move(attached.error()));
  return Resumed{attached->hold, attached->watch, std::move(*request)};
}

}  // namespace

net::task<void> start_later(Exchange* exchange, Answer* answer, HoldWatchPtr watch) {
  const approvals::HoldPtr hold = watch->hold;
  Worker* worker = exchange->worker;
  std::shared_ptr<Exchange> copy = copy_for_later(*exchange, exchange->request.snapshot);
  if (copy && worker->asynchronous_holds.insert(hold->id).second) {
    worker->background.spawn(run_later(copy, watch));
  } else {
    co_await detach(exchange, watch);
  }
  Refusal refusal = pending_refusal(*exchange, *hold);
  co_await refuse(exchange, answer, std::move(refusal));
}

net::task<void> resume_later(Worker* worker, std::string hold) {
  auto watch = std::make_shared<HoldWatch>(worker->loop);
  const auto watcher = watcher_for(worker->loop->executor(), watch);
  auto open = [desk = worker->shared->desk, hold, watcher] { return take_up(desk, hold, watcher); };
  const auto resumed = co_await approvals::ask(worker->shared->desk_queue, std::move(open));
  if (!resumed) {
    log::warning("call_not_resumed", {{"hold", hold}, {"why", resumed.error().detail}});
    co_return;
  }
  watch->watch = resumed->watch;
  watch->update(resumed->hold);
  std::shared_ptr<Exchange> exchange = unpack_request(worker, *resumed->hold, resumed->request);
  if (!exchange) {
    log::error("call_not_resumed", {{"hold", hold}, {"why", "its stored request cannot be read"}});
    co_return;
  }
  log::event("resumed", {{"hold", hold}, {"call", resumed->hold->call.call_id}});
  worker->asynchronous_holds.insert(hold);
  co_await run_later(exchange, watch);
}

}  // namespace holdfast::proxy
