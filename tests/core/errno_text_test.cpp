#include "core/errno_text.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace holdfast {
namespace {

TEST(ErrnoText, SaysWhatTheSystemSays) {
  EXPECT_EQ(errno_text(ENOENT), "No such file or directory");
  EXPECT_EQ(errno_text(ENOSPC), "No space left on device");
  EXPECT_EQ(errno_text(123456), "Unknown error 123456");
}

}  // namespace
}  // namespace holdfast
