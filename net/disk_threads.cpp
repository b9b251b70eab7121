#include "net/disk_threads.hpp"

namespace holdfast::net {
namespace {

constexpr int kThreads = 4;

}  // namespace

DiskThreads::DiskThreads() : context_(kThreads), kept_(context_.get_executor()) {
  for (int i = 0; i < kThreads; ++i)
    threads_.emplace_back([this] { context_.run(); });
}

DiskThreads::~DiskThreads() {
  context_.stop();
  for (std::thread& thread : threads_)
    thread.join();
}

}  // namespace holdfast::net
