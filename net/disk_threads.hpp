// Threads that wait for the disk, so that nobody else has to: syncs that are asked for at the same time share
// what the file system does for each.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "net/task.hpp"

namespace holdfast::net {

class DiskThreads {
 public:
  DiskThreads();
  ~DiskThreads();  // after what is under way; what has not begun is dropped

  [[nodiscard]] Executor executor() { return context_.get_executor(); }

 private:
  asio::io_context context_;
  asio::executor_work_guard<Executor> kept_;
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::net
