// What the writer of the receipt log counts. Its thread counts; any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <span>
#include <string_view>
#include <vector>

#include "core/metrics_text.hpp"
#include "receipts/queue.hpp"

namespace holdfast::receipts {

inline constexpr std::array<std::chrono::nanoseconds, 12> kCommit{
    std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
    std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
    std::chrono::milliseconds(100), std::chrono::milliseconds(250),  std::chrono::seconds(1)};

// The kinds of entries a log is mostly made of; the others are counted together.
inline constexpr std::array<std::string_view, 2> kCountedKinds{"receipt", "authorize"};

class Metrics {
 public:
  void committed(std::span<const Queued> batch, std::span<const Result<Appended>> results,
                 std::chrono::nanoseconds took);
  // The queue was full. Any thread.
  void turned_away() { turned_away_.fetch_add(1, std::memory_order_relaxed); }

  // `waiting`: entries that the writer has not taken yet.
  void collect(bool writable, std::size_t waiting, metrics::Page* page) const;

 private:
  std::array<metrics::Counter, kCountedKinds.size() + 1> entries_;
  metrics::Counter failed_;
  std::atomic<std::uint64_t> turned_away_{0};
  metrics::Histogram commit_{kCommit};
};

}  // namespace holdfast::receipts
