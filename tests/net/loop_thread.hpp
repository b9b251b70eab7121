// A loop on a thread of its own, so that tests can talk to it over blocking sockets.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <optional>
#include <thread>

#include "net/loop.hpp"
#include "net/task_group.hpp"

namespace holdfast::test {

using net::task;

// One event of the loop that takes this long.
inline void stand_still(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
  }
}

class LoopThread {
 public:
  LoopThread() : group_(&loop_), thread_([this] { loop_.run(); }) {}
  ~LoopThread() {
    run(drain(&group_));
    loop_.stop();
    thread_.join();
  }

  [[nodiscard]] net::Loop* loop() { return &loop_; }

  // Starts a task on the loop; its result comes to the test's thread.
  template <class T>
  std::future<T> start(task<T> work) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    auto held = std::make_shared<task<T>>(std::move(work));
    net::asio::post(loop_.executor(),
                    [this, promise, held] { group_.spawn(deliver(std::move(*held), promise)); });
    return future;
  }

  template <class T>
  T run(task<T> work) {
    auto future = start(std::move(work));
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      ADD_FAILURE() << "a task on the loop never ended";
      std::abort();
    }
    return future.get();
  }

  // Runs a plain function on the loop's thread.
  template <class F>
  void on_loop(F f) {
    std::promise<void> done;
    net::asio::post(loop_.executor(), [&] {
      f();
      done.set_value();
    });
    done.get_future().get();
  }

 private:
  template <class T>
  static task<void> deliver(task<T> work, std::shared_ptr<std::promise<T>> promise) {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
      promise->set_value();
    } else {
      promise->set_value(co_await std::move(work));
    }
  }

  // A task that has delivered may still have a step or two to its end.
  static task<void> drain(net::TaskGroup* group) {
    for (int i = 0; i < 10 && group->size() > 1; ++i) {
      co_await net::asio::post(net::asio::use_awaitable_t<net::Executor>{});
    }
    EXPECT_EQ(group->size(), 1U) << "a task of the test is still running";
  }

  net::Loop loop_{0};
  net::TaskGroup group_;
  std::thread thread_;
};

}  // namespace holdfast::test
