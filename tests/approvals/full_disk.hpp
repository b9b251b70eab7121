// A disk that takes nothing more.
#pragma once

#include <sys/resource.h>

#include <csignal>

namespace holdfast::approvals::test {

// The kernel refuses to let any file of this process grow: what a full disk does, done to SQLite itself.
class FullDisk {
 public:
  FullDisk() {
    // Without this the refusal would be a signal.
    before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now = before_;
    now.rlim_cur = 0;
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*before_signal_)(int) = nullptr;
};

}  // namespace holdfast::approvals::test
