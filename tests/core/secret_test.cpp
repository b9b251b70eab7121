#include "core/secret.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string_view>

namespace holdfast {
namespace {

TEST(Secret, EqualsOnlyTheWholeText) {
  const std::pair<const char*, bool> rows[] = {
      {"s3cret", true},  {"", false},       {"s3cre", false},        {"s3cretx", false}, {"S3cret", false},
      {"x3cret", false}, {"s3crex", false}, {"s3crets3cret", false}, {"s", false},
  };
  for (const auto& [other, same] : rows)
    EXPECT_EQ(Secret("s3cret").equals(other), same) << other;
  EXPECT_FALSE(Secret("s3cret").equals(std::string_view("s3cret\0", 7)));
}

TEST(Secret, AnEmptyOneEqualsOnlyNothing) {
  EXPECT_TRUE(Secret().equals(""));
  EXPECT_TRUE(Secret("").empty());
  EXPECT_FALSE(Secret().equals("x"));
  EXPECT_FALSE(Secret().equals(std::string_view("\0", 1)));
}

template <class T>
concept Streams = requires(std::ostream& out, const T& value) { out << value; };

// Whoever prints one has to say reveal_secret().
static_assert(!Streams<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

// Whoever compares one has to say equals(), whose time tells nothing of how far two of them agree.
static_assert(!std::equality_comparable<Secret> && !std::equality_comparable_with<Secret, std::string_view>);

TEST(Secret, CopiesKeepTheirOwnText) {
  Secret copy;
  {
    const Secret original("a longer secret than fits into the string itself");
    copy = original;
  }
  EXPECT_TRUE(copy.equals("a longer secret than fits into the string itself"));
}

}  // namespace
}  // namespace holdfast
