// The only place that starts coroutines: a group can be cancelled and waited for, so none outlives what it
// uses. Loop thread only.
#pragma once

#include <memory>

#include "net/loop.hpp"
#include "net/task.hpp"

namespace holdfast::net {

class TaskGroup {
 public:
  explicit TaskGroup(Loop* loop);
  ~TaskGroup();  // asserts that it is empty

  // Runs on the group's loop. An exception that leaves it is logged and ends only it.
  void spawn(task<void> work);
  // Asks every task to stop: its next co_await throws.
  void cancel();
  // Until the group is empty.
  task<void> wait();
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
