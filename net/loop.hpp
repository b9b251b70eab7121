// One event loop: an io_context of one thread, with the sweep that enforces deadlines on its connections.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

#include "net/deadline.hpp"
#include "net/task.hpp"
#include "net/turn.hpp"

namespace holdfast::net {

class Loop {
 public:
  explicit Loop(int index);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] asio::io_context& context() { return context_; }
  [[nodiscard]] Executor executor() { return context_.get_executor(); }
  [[nodiscard]] Deadlines& deadlines() { return deadlines_; }    // loop thread only
  [[nodiscard]] Turn& turn() { return turn_; }                   // loop thread only
  [[nodiscard]] std::size_t& lingering() { return lingering_; }  // loop thread only
  [[nodiscard]] int index() const { return index_; }

  // Serves until stop(); the calling thread is the loop's thread from now on.
  void run();
  // From any thread. What waits is dropped, so drain first.
  void stop();

 private:
  const int index_;
  std::size_t lingering_ =
      0;  // closed connections that wait for their peers; before context_, which holds them
  asio::io_context context_{1};
  Deadlines deadlines_;
  Turn turn_{&context_};
  asio::executor_work_guard<Executor> work_;
};

}  // namespace holdfast::net
