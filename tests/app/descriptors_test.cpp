#include "app/descriptors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::app {
namespace {

// In a process of its own, for a hard limit that was lowered stays low: what connections_within() says, and
// the soft limit after it.
void expect_within(rlimit given, std::size_t wanted, std::size_t connections, rlim_t soft) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool set = ::setrlimit(RLIMIT_NOFILE, &given) == 0;
    const bool right = connections_within(wanted) == connections;
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    ::_exit(set && right && now.rlim_cur == soft ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << connections << " connections";
}

TEST(Descriptors, AsManyAsTheSystemAllowsAndAQuarterForOthers) {
  expect_within({256, 1000}, 10'000, 750, 1000);
  expect_within({256, 1000}, 700, 700, 1000);
}

}  // namespace
}  // namespace holdfast::app
