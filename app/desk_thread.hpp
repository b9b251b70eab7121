// The desk's own thread: it runs what is posted to it and the desk's deadlines.
#pragma once

#include <memory>
#include <thread>

#include "approvals/desk.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"

namespace holdfast::app {

class DeskThread {
 public:
  DeskThread();
  ~DeskThread();  // stops and joins

  [[nodiscard]] net::Executor executor() { return loop_.executor(); }
  // From now on the desk belongs to this thread.
  void start(approvals::Desk* desk);
  void stop();

 private:
  static net::task<void> watch_deadlines(net::Loop* loop, approvals::Desk* desk);

  net::Loop loop_;
  net::TaskGroup tasks_;
  std::thread thread_;
};

}  // namespace holdfast::app
