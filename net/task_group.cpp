#include "net/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <exception>
#include <list>

#include "core/log.hpp"
#include "net/signal.hpp"

namespace holdfast::net {

struct TaskGroup::State {
  explicit State(Loop* group_loop) : loop(group_loop), emptied(group_loop) {}

  using Running = std::list<std::shared_ptr<asio::cancellation_signal>>;

  Loop* const loop;
  Running running;
  Signal emptied;
  // Set until the group is empty again, so that what is spawned into a group being cancelled ends with it.
  bool cancelling = false;
};

namespace {

void report(const std::exception_ptr& failure, bool cancelled) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    // How a cancelled coroutine ends; anybody else's aborted operation is a mistake worth a line.
    if (cancelled && error.code() == asio::error::operation_aborted) return;
    log::error("task_failed", {{"reason", error.what()}});
  } catch (const std::exception& error) {
    log::error("task_failed", {{"reason", error.what()}});
  } catch (...) {
    log::error("task_failed", {{"reason", "an exception of unknown type"}});
  }
}

}  // namespace

TaskGroup::TaskGroup(Loop* loop) : state_(std::make_shared<State>(loop)) {}

TaskGroup::~TaskGroup() {
  // A stopped loop drops what still waits, in any order; a running one must have been drained.
  assert(state_->running.empty() || state_->loop->context().stopped());
}

void TaskGroup::spawn(task<void> work) {
  const auto state = state_;
  const auto signal = std::make_shared<asio::cancellation_signal>();
  const auto entry = state->running.insert(state->running.end(), signal);
  // The handler runs after the coroutine's frame, and all it refers to, is gone.
  auto on_end = [state, entry](const std::exception_ptr& failure) {
    if (failure) report(failure, state->cancelling);
    state->running.erase(entry);
    if (!state->running.empty()) return;
    state->cancelling = false;
    state->emptied.set();
  };
  asio::co_spawn(state->loop->executor(), std::move(work),
                 asio::bind_cancellation_slot(signal->slot(), std::move(on_end)));
  if (state->cancelling) signal->emit(asio::cancellation_type::terminal);
}

void TaskGroup::cancel() {
  if (state_->running.empty()) return;
  state_->cancelling = true;
  const State::Running running = state_->running;  // a copy: a task may end or spawn while it is told
  for (const auto& signal : running)
    signal->emit(asio::cancellation_type::terminal);
}

task<void> TaskGroup::wait() {
  while (!state_->running.empty()) {
    state_->emptied.clear();
    co_await state_->emptied.wait_until(SteadyTime::max());
  }
}

std::size_t TaskGroup::size() const {
  return state_->running.size();
}

}  // namespace holdfast::net
