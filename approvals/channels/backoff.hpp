// How long to wait before another try.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/clock.hpp"

namespace holdfast::approvals {

struct Retry {
  Milliseconds first = std::chrono::seconds(1);
  Milliseconds longest = std::chrono::minutes(5);
  int tries = 8;  // of a notice nobody has to act on; a request is tried until its hold ends
};

// After the `failed`th failure (from 1): doubled each time up to `longest`, of which the upper half is drawn
// by lot
// (`lot`: any number), so that receivers that failed together are not asked together.
[[nodiscard]] inline Milliseconds backoff(const Retry& retry, int failed, std::uint32_t lot) {
  const int doublings = std::min(failed - 1, 30);
  const std::int64_t whole = std::min(retry.first.count() << doublings, retry.longest.count());
  const std::int64_t half = whole / 2;
  return Milliseconds(half + static_cast<std::int64_t>(lot) % (whole - half + 1));
}

}  // namespace holdfast::approvals
