// What one event loop counts of its calls, and the agent plane's part of the page of figures.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/clock.hpp"
#include "core/ending.hpp"
#include "core/metrics_text.hpp"
#include "proxy/call_table.hpp"

namespace holdfast::proxy {

struct Exchange;
struct Shared;

// Buckets, from what a fast machine takes to what somebody should look at.
inline constexpr std::array<std::chrono::nanoseconds, 10> kPolicyEvaluation{
    std::chrono::microseconds(1),   std::chrono::nanoseconds(2500), std::chrono::microseconds(5),
    std::chrono::microseconds(10),  std::chrono::microseconds(25),  std::chrono::microseconds(50),
    std::chrono::microseconds(100), std::chrono::microseconds(250), std::chrono::milliseconds(1),
    std::chrono::milliseconds(10)};
inline constexpr std::array<std::chrono::nanoseconds, 12> kAddedLatency{
    std::chrono::microseconds(10),  std::chrono::microseconds(25),   std::chrono::microseconds(50),
    std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
    std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(100)};

class Metrics {
 public:
  // --- Loop thread only.
  // A rule, or the default, has decided.
  void judged(const Exchange& exchange);
  // Refused before any rule was asked: a denied call, as its receipt says, when it was meant for an upstream.
  void unjudged(const Exchange& exchange);
  // Bytes of the answer have gone out. Of an allowed call's, the first complete its added time.
  void answered(Exchange& exchange);
  // How a sending ended; whatever is not the upstream's error counts as nothing.
  void sending_ended(const Exchange& exchange, Ending ending);
  // An agent was told no, or not yet.
  void refused(Ending ending) { refusals_[static_cast<std::size_t>(ending)].add(); }

  // --- Any thread.
  friend void collect(const Shared& shared, std::span<const Metrics* const> loops, metrics::Page* page);

 private:
  CallTable& table(const std::shared_ptr<const Snapshot>& snapshot);
  void add_to(CallTotals& totals) const;

  CallTable* newest_ = nullptr;  // the one used last; loop thread only
  mutable std::mutex m_;         // held by whoever changes the list, and by other threads that read it
  std::vector<std::unique_ptr<CallTable>> tables_;  // one while there is one snapshot
  CallTotals past_;                                 // of snapshots that are over

  std::array<metrics::Counter, kEndings> refusals_;
  std::array<metrics::Counter, 3> shadows_;  // by Effect
  metrics::Histogram policy_evaluation_{kPolicyEvaluation};
  metrics::Histogram added_latency_{kAddedLatency};
};

// The agent plane's figures: those of all loops, added up.
void collect(const Shared& shared, std::span<const Metrics* const> loops, metrics::Page* page);

}  // namespace holdfast::proxy
