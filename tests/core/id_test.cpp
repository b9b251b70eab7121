#include "core/id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace holdfast {
namespace {

TEST(Uuid7, IsOfVersionSevenAndSortsByTime) {
  const WallTime start{Milliseconds{1'760'000'000'000}};
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i)
    ids.push_back(make_uuid7(start + Milliseconds{i}).str());
  for (const std::string& id : ids)
    EXPECT_TRUE(is_uuid7(id)) << id;
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

// RFC 9562 appendix A.6.
TEST(Uuid7, BeginsWithTheMillisecondsOfTheTime) {
  EXPECT_EQ(make_uuid7(WallTime{Milliseconds{0x017F22E279B0}}).view().substr(0, 15), "017f22e2-79b0-7");
}

TEST(Uuid7, OfOneMillisecondAreDifferent) {
  const WallTime now{Milliseconds{1'760'000'000'000}};
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i)
    ids.insert(make_uuid7(now).str());
  EXPECT_EQ(ids.size(), 10'000u);
}

TEST(Uuid7, OnlyTheLowerCaseTextFormIsOne) {
  EXPECT_TRUE(is_uuid7("0199c821-1000-7abc-8def-0123456789ab"));
  for (const char* text : {"", "0199c821-1000-7abc-8def-0123456789a", "0199c821-1000-7abc-8def-0123456789abc",
                           "0199C821-1000-7abc-8def-0123456789ab", "0199c821-1000-4abc-8def-0123456789ab",
                           "0199c821-1000-7abc-cdef-0123456789ab", "0199c82101000-7abc-8def-0123456789ab",
                           "{199c821-1000-7abc-8def-0123456789ab", "0199c821-1000-7abc-8def-0123456789a/"}) {
    EXPECT_FALSE(is_uuid7(text)) << text;
  }
}

TEST(Random, FillsMoreThanAPageAndNeverTheSame) {
  std::array<std::byte, 10'000> a{}, b{};
  fill_random(a);
  fill_random(b);
  EXPECT_NE(a, b);
  const std::array<std::byte, 32> nothing{};
  for (std::size_t at = 0; at + 32 <= a.size(); at += 32) {
    EXPECT_FALSE(std::equal(nothing.begin(), nothing.end(), a.begin() + static_cast<std::ptrdiff_t>(at)))
        << at;
  }
}

}  // namespace
}  // namespace holdfast
