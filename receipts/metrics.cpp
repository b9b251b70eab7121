#include "receipts/metrics.hpp"

#include <algorithm>

namespace holdfast::receipts {

void Metrics::committed(std::span<const Queued> batch, std::span<const Result<Appended>> results,
                        std::chrono::nanoseconds took) {
  commit_.observe(took);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto kind = std::find(kCountedKinds.begin(), kCountedKinds.end(), batch[i].kind);
    if (results[i]) {
      entries_[static_cast<std::size_t>(kind - kCountedKinds.begin())].add();
    } else {
      failed_.add();
    }
  }
}

void Metrics::collect(bool writable, std::size_t waiting, metrics::Page* page) const {
  std::vector<metrics::Sample> entries;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string_view kind = i < kCountedKinds.size() ? kCountedKinds[i] : "other";
    entries.push_back({{{"kind", std::string(kind)}}, static_cast<double>(entries_[i].value())});
  }
  page->counter("holdfast_log_entries_total", "Entries made durable in the receipt log, by kind.", entries);
  page->counter("holdfast_log_append_failures_total", "Entries that the receipt log did not take.",
                static_cast<double>(failed_.value() + turned_away_.load(std::memory_order_relaxed)));
  page->histogram("holdfast_log_commit_seconds", "To write, sync and sign one batch of entries.",
                  commit_.read());
  page->gauge("holdfast_log_writable", "1 while the receipt log takes entries, 0 while it is read-only.",
              writable ? 1 : 0);
  page->gauge("holdfast_log_queue_entries", "Entries that wait for the log's writer.",
              static_cast<double>(waiting));
}

}  // namespace holdfast::receipts
