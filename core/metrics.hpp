// Figures for the operator. Counting costs an event next to nothing: one thread writes a figure, with plain
// loads and stores that no other core waits for, and any thread reads it. What several threads count is kept
// apart and added up when somebody asks (core/metrics_text.hpp makes the page of it).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::metrics {

// One writing thread at a time; read by any.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What goes up and down. One writing thread at a time; read by any.
class Gauge {
 public:
  void add(std::int64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// The upper bounds of a histogram's buckets, ascending, each inclusive; constants of whoever declares one.
using Bounds = std::span<const std::chrono::nanoseconds>;
inline constexpr std::size_t kMostBounds = 14;

// A histogram as read, to be added up and shown.
struct Distribution {
  Bounds bounds;
  std::vector<std::uint64_t> counts;  // per bucket, not cumulative; the last is over every bound
  std::chrono::nanoseconds sum{0};

  // Of the same bounds, or empty before.
  void add(const Distribution& other);
};

// Durations by size. One writing thread at a time; read by any.
class Histogram {
 public:
  // At most kMostBounds; they outlive the histogram.
  explicit Histogram(Bounds bounds) : bounds_(bounds.first(std::min(bounds.size(), kMostBounds))) {}

  // A negative duration counts as none: a wall clock may have been set back.
  void observe(std::chrono::nanoseconds took) {
    took = std::max(took, std::chrono::nanoseconds(0));
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && took > bounds_[bucket])
      ++bucket;
    counts_[bucket].add();
    sum_.add(static_cast<std::uint64_t>(took.count()));
  }
  [[nodiscard]] Distribution read() const;

 private:
  const Bounds bounds_;
  std::array<Counter, kMostBounds + 1> counts_;
  Counter sum_;  // nanoseconds
};

}  // namespace holdfast::metrics
