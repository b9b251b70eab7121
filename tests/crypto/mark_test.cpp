#include "crypto/mark.hpp"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::crypto {
namespace {

MarkKey key(char fill = '\1') {
  return MarkKey::from_seed(Secret(std::string(32, fill)));
}

// Computed by Python's hmac: marks stay in the store, so they are the same in every version.
TEST(Mark, IsThatOfTheLayout) {
  EXPECT_EQ(key().mark({"token", "alice", "0123456789abcdef"}), "b178d74bb9385447894b0645ee7b9bc6");
}

TEST(Mark, IsAnotherOneWithAnotherKeyFieldOrCutBetweenFields) {
  const std::set<std::string> marks{
      key().mark({"token", "alice", "secret"}),   key('\2').mark({"token", "alice", "secret"}),
      key().mark({"token", "alice", "secret2"}),  key().mark({"token", "bob", "secret"}),
      key().mark({"webhook", "alice", "secret"}), key().mark({"token", "alices", "ecret"}),
      key().mark({"tokenalice", "secret"}),       key().mark({"token", "alice", "secret", ""})};
  EXPECT_EQ(marks.size(), 8u);
}

}  // namespace
}  // namespace holdfast::crypto
