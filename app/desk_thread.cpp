#include "app/desk_thread.hpp"

#include "net/offload.hpp"
#include "net/signal.hpp"

namespace holdfast::app {

DeskThread::DeskThread() : loop_(-1), tasks_(&loop_) {}

DeskThread::~DeskThread() {
  stop();
}

net::task<void> DeskThread::watch_deadlines(net::Loop* loop, approvals::Desk* desk) {
  net::Signal never(loop);
  while (true) {
    const SteadyTime next = desk->tick();
    co_await never.wait_until(next);
  }
}

void DeskThread::start(approvals::Desk* desk) {
  tasks_.spawn(watch_deadlines(&loop_, desk));
  thread_ = std::thread([this] { loop_.run(); });
}

void DeskThread::stop() {
  if (!thread_.joinable()) return;
  // Its only task waits for time to pass; it ends at once, and then the loop has nothing left to keep.
  net::post_to(loop_.executor(), [this] { tasks_.cancel(); });
  net::post_to(loop_.executor(), [this] { net::post_to(loop_.executor(), [this] { loop_.stop(); }); });
  thread_.join();
}

}  // namespace holdfast::app
