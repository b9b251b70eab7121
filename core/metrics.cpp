#include "core/metrics.hpp"

namespace holdfast::metrics {

void Distribution::add(const Distribution& other) {
  if (counts.empty()) {
    *this = other;
    return;
  }
  for (std::size_t i = 0; i < std::min(counts.size(), other.counts.size()); ++i)
    counts[i] += other.counts[i];
  sum += other.sum;
}

Distribution Histogram::read() const {
  Distribution read{bounds_, {}, std::chrono::nanoseconds(static_cast<std::int64_t>(sum_.value()))};
  for (std::size_t i = 0; i <= bounds_.size(); ++i)
    read.counts.push_back(counts_[i].value());
  return read;
}

}  // namespace holdfast::metrics
