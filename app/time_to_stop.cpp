#include "app/time_to_stop.hpp"

#include <sys/syscall.h>
#include <unistd.h>
#include <csignal>

#include <string_view>

#include "app/exit.hpp"

namespace holdfast::app {
namespace {

constexpr std::string_view kWhy =
    "holdfast: the stop was given up: something did not end in time, most likely a disk that hangs; what was "
    "not answered is as after kill -9\n";

// Only what is safe in a signal's handler.
void give_up(int) {
  ::alarm(1);  // should nobody read stderr, or it be a file on that disk: this time it simply kills
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kWhy.data(), kWhy.size());
  // Not _exit(), in which the sanitizers wait for threads that hang with the disk.
  ::syscall(SYS_exit_group, kCannot);
}

}  // namespace

void stop_within(std::chrono::seconds time) {
  struct sigaction action{};
  action.sa_handler = give_up;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  ::sigaction(SIGALRM, &action, nullptr);
  const auto seconds = static_cast<unsigned>(time.count());
  const unsigned left = ::alarm(seconds);
  if (left > 0 && left < seconds) ::alarm(left);
}

}  // namespace holdfast::app
