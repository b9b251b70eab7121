// The line in front of the desk: operations come from any thread, and whatever has queued while the desk was
// committing is carried out together (Desk::carry_out). Nothing waits for more to come: one that is alone
// goes at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "approvals/desk.hpp"
#include "net/offload.hpp"
#include "net/task.hpp"

namespace holdfast::approvals {

// A group ends with whichever comes first, for who came first waits for those behind it.
struct GroupBounds {
  std::chrono::milliseconds time{2};
  std::size_t size = 128;
};

class DeskQueue {
 public:
  // `desk_thread` runs what is posted to it, and nothing in parallel.
  explicit DeskQueue(net::Executor desk_thread, GroupBounds bounds = {})
      : desk_thread_(std::move(desk_thread)), bounds_(bounds) {}
  // Once, before anything is posted. Both must outlive what is posted.
  void open(Desk* desk) { desk_ = desk; }

  // Any thread. What is still queued when the desk's thread has stopped is dropped.
  void post(Operation operation);
  void post(std::function<void()> work) {
    post({std::move(work), [] {}});
  }

 private:
  void serve();
  std::optional<Operation> take();

  const net::Executor desk_thread_;
  const GroupBounds bounds_;
  Desk* desk_ = nullptr;

  std::mutex m_;
  std::deque<Operation> queued_;  // guarded by m_
  bool serving_ = false;          // guarded by m_: serve() runs, or is posted
};

// Runs f() on the desk's thread as one operation and returns its result, once that is durable, on the
// awaiting loop. f may be called twice, as Operation::work.
template <class F>
net::task<std::invoke_result_t<const F&>> ask(DeskQueue* queue, F f) {
  using R = std::invoke_result_t<const F&>;
  auto start = [queue, f = std::move(f)](auto done) {
    auto result = std::make_shared<std::optional<R>>();
    queue->post({[f, result] { result->emplace(f()); }, [result, done] { done(std::move(**result)); }});
  };
  co_return co_await net::from_callback<R>(std::move(start));
}

}  // namespace holdfast::approvals
