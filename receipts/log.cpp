#include "receipts/log.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "core/id.hpp"
#include "core/log.hpp"
#include "crypto/digest.hpp"
#include "receipts/appender.hpp"
#include "receipts/archive.hpp"
#include "receipts/home.hpp"
#include "receipts/metrics.hpp"
#include "receipts/opening.hpp"
#include "receipts/queue.hpp"
#include "receipts/recovery.hpp"

namespace holdfast::receipts {
namespace {

// What may wait for the writer. Beyond it the disk is too slow for what is asked of it, and the caller is
// told so.
constexpr std::size_t kQueue = 65'536;
constexpr std::size_t kQueueBytes = 64 << 20;
constexpr std::chrono::seconds kRetryRoom{1};

// What is not recorded stands at least in the process's own log, as far as it says who called what.
void report(std::string_view kind, std::string_view members, const Error& error) {
  constexpr std::size_t kMost = 400;
  log::error("entry_not_recorded",
             {{"kind", kind}, {"begins", members.substr(0, kMost)}, {"why", error.detail}});
}

class WritingLog final : public Log {
 public:
  WritingLog(Home home, const Options& options, const Clock* clock, Files* files, std::unique_ptr<Files> own,
             Recovered recovered)
      : own_files_(std::move(own)),
        home_(std::move(home)),
        key_{home_.origin, home_.key.public_key()},
        vkey_(crypto::to_vkey(key_)),
        batch_(static_cast<std::size_t>(std::max(options.batch, 1))),
        delay_(options.delay),
        clock_(*clock),
        files_(*files),
        archive_(home_.folder, files),
        unanswered_(recovered.pending.all()),
        boot_(make_uuid7(clock->wall())),
        appender_(home_.folder, files, options.segment_bytes, {std::move(home_.key), home_.origin},
                  std::move(recovered)) {}

  ~WritingLog() override {
    if (!thread_.joinable()) return;
    {
      const std::scoped_lock lock(m_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  // Commits the entries of this start, then begins to take others.
  Result<void> start(std::vector<Opening> first);
  void append(std::string kind, const EntryText& members,
              std::function<void(Result<Appended>)> done) override {
    queue_up(std::move(kind), members, std::move(done), true);
  }
  void append_both(std::string kind, const EntryText& members, std::string second_kind,
                   const EntryText& second, std::function<void(Result<Appended>)> done) override {
    const Queue::Second with{std::move(second_kind), &second};
    queue_up(std::move(kind), members, std::move(done), true, &with);
  }
  void append_unhurried(std::string kind, const EntryText& members,
                        std::function<void(Result<Appended>)> done) override {
    queue_up(std::move(kind), members, std::move(done), false);
  }
  bool crowded() const override { return crowded_.load(std::memory_order_relaxed); }
  bool writable() const override { return writable_.load(std::memory_order_acquire); }
  std::string why_not_writable() const override {
    const std::scoped_lock lock(m_);
    return why_;
  }
  std::string checkpoint() const override { return head().checkpoint; }
  std::string origin() const override { return key_.name; }
  std::string vkey() const override { return vkey_; }
  Result<Stored> find(std::string_view id) const override { return archive_.find(id, head().size); }
  Result<std::string> proof(std::uint64_t index) const override {
    return archive_.prove(index, head().checkpoint, key_);
  }
  Result<std::vector<Stored>> list(std::string_view call, std::size_t limit, bool all_kinds) const override {
    return archive_.list(call, limit, all_kinds, head().size);
  }
  Result<std::vector<Stored>> list_call_since(std::string_view call, std::uint64_t first) const override {
    return archive_.list_call_since(call, first, head().size);
  }
  Result<std::vector<Stored>> list_held_since(std::uint64_t first) const override {
    return archive_.list_held_since(first, head().size);
  }
  Result<std::optional<std::uint64_t>> size_at(const std::string& kept) const override {
    return archive_.size_at(kept, head().size, key_);
  }
  std::vector<Unanswered> unanswered() const override { return unanswered_; }

  void collect(metrics::Page* page) const override {
    const std::scoped_lock lock(m_);
    metrics_.collect(writable(), queue_.size(), page);
  }
  Result<std::string> keep_blob(std::string_view bytes) override {
    // One at a time of the same: its draft has the blob's name.
    const std::scoped_lock lock(blobs_m_[std::hash<std::string_view>()(bytes) % blobs_m_.size()]);
    return receipts::keep_blob(files_, home_.folder, bytes);
  }

 private:
  struct Head {
    std::uint64_t size = 0;
    std::string checkpoint;
  };

  [[nodiscard]] Head head() const {
    const std::scoped_lock lock(m_);
    return head_;
  }

  void queue_up(std::string kind, const EntryText& members, std::function<void(Result<Appended>)> done,
                bool urgent, const Queue::Second* with = nullptr);
  void run();
  void show();
  void take_queue();
  void commit_taken();
  std::vector<Result<Appended>> write(std::span<Queued> batch);

  const std::unique_ptr<Files> own_files_;
  Home home_;  // without its key, which the appender has
  const crypto::NoteKey key_;
  const std::string vkey_;
  const std::size_t batch_;
  const std::chrono::microseconds delay_;
  const Clock& clock_;
  Files& files_;
  mutable Archive archive_;  // has its own lock
  const std::vector<Unanswered> unanswered_;
  const std::string boot_;  // UUIDv7 of this start

  // Writer's thread only, once it runs.
  Appender appender_;
  Queue taken_;

  std::atomic<bool> writable_{true};
  std::atomic<bool> crowded_{false};
  Metrics metrics_;

  mutable std::mutex m_;
  std::condition_variable wake_;
  // Guarded by m_.
  Queue queue_;
  bool urgent_ = false;  // somebody waits for an entry in the queue
  bool stopping_ = false;
  Head head_;
  std::string why_;

  std::array<std::mutex, 16> blobs_m_;  // by the hash of the blob
  std::thread thread_;
};

Result<void> WritingLog::start(std::vector<Opening> first) {
  auto removed = files_.remove(home_.folder.spare);  // of an earlier run; the appender makes its own
  if (!removed) return removed;
  for (auto& [kind, members] : first)
    taken_.add(std::move(kind), members, key_.name, boot_, {});
  for (const auto& result : write(taken_.entries())) {
    if (!result) return fail(result.error());
  }
  taken_.clear();
  auto noted = note_vkey(files_, home_.folder, vkey_);
  if (!noted) return noted;
  show();
  thread_ = std::thread([this] { run(); });
  return {};
}

// Any thread.
void WritingLog::queue_up(std::string kind, const EntryText& members,
                          std::function<void(Result<Appended>)> done, bool urgent,
                          const Queue::Second* with) {
  std::unique_lock lock(m_);
  if (queue_.size() < kQueue && queue_.bytes() < kQueueBytes) {
    queue_.add(std::move(kind), members, key_.name, boot_, std::move(done), with);
    if (queue_.size() > kQueue / 2 || queue_.bytes() > kQueueBytes / 2)
      crowded_.store(true, std::memory_order_relaxed);
    const bool wakes = queue_.size() == 1 || queue_.size() == batch_ || (urgent && !urgent_);
    urgent_ = urgent_ || urgent;
    // Unlocked first: the writer may be woken on this very core, and would only wait for the lock there.
    lock.unlock();
    if (wakes) wake_.notify_one();
    return;
  }
  lock.unlock();
  metrics_.turned_away();
  const Error full{Code::unavailable, "the receipt log cannot keep up with the calls"};
  report(kind, members.text(), full);
  done(fail(full));
}

// What readers see; before anybody is told that an entry is durable, so that they can ask for its proof.
void WritingLog::show() {
  writable_.store(appender_.health() == Health::sound, std::memory_order_release);
  const std::scoped_lock lock(m_);
  head_ = {appender_.size(), appender_.checkpoint()};
  why_ = appender_.why();
}

void WritingLog::run() {
  for (;;) {
    take_queue();
    if (taken_.empty() && appender_.health() == Health::full) {
      appender_.make_room();
      show();
    }
    commit_taken();
    const std::scoped_lock lock(m_);
    if (stopping_ && queue_.empty()) break;
  }
  appender_.finish();
}

// Waits for a first entry and then, not longer than the delay, for company. Nothing is taken when stopping,
// or when it is time to ask for room again.
void WritingLog::take_queue() {
  std::unique_lock lock(m_);
  const auto some = [this] { return !queue_.empty() || stopping_; };
  if (appender_.health() == Health::full) {
    wake_.wait_for(lock, kRetryRoom, some);
  } else {
    wake_.wait(lock, some);
  }
  if (!queue_.empty()) {
    wake_.wait_for(lock, delay_, [this] { return queue_.size() >= batch_ || urgent_ || stopping_; });
  }
  std::swap(queue_, taken_);
  urgent_ = false;
  crowded_.store(false, std::memory_order_relaxed);
}

std::vector<Result<Appended>> WritingLog::write(std::span<Queued> batch) {
  const SteadyTime began = clock_.steady();
  std::vector<Result<Appended>> results = appender_.commit(taken_, batch, unix_seconds(clock_.wall()));
  metrics_.committed(batch, results, clock_.steady() - began);
  return results;
}

void WritingLog::commit_taken() {
  std::span<Queued> rest = taken_.entries();
  while (!rest.empty()) {
    const std::span<Queued> batch = first_batch(rest, batch_);
    std::vector<Result<Appended>> results = write(batch);
    show();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (!results[i]) report(batch[i].kind, taken_.text(batch[i]), results[i].error());
      batch[i].done(std::move(results[i]));
    }
    log::flush();
    rest = rest.subspan(batch.size());
  }
  taken_.clear();
}

Result<std::unique_ptr<Log>> open_with(const Options& options, const Clock* clock, Files* files,
                                       std::unique_ptr<Files> own) {
  auto home = open_home(options, files);
  if (!home) return fail(home.error());
  const crypto::NoteKey key{home->origin, home->key.public_key()};
  auto recovered = recover(home->folder, files, key, options.segment_bytes);
  if (!recovered) return fail(recovered.error());
  std::vector<Opening> first = opening_entries(*recovered, *home, clock->wall());
  auto log = std::make_unique<WritingLog>(std::move(*home), options, clock, files, std::move(own),
                                          std::move(*recovered));
  auto started = log->start(std::move(first));
  if (!started) return fail(started.error());
  return log;
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const Options& options, const Clock* clock) {
  auto files = make_files();
  Files* const used = files.get();
  return open_with(options, clock, used, std::move(files));
}

Result<std::unique_ptr<Log>> Log::open(const Options& options, const Clock* clock, Files* files) {
  return open_with(options, clock, files, nullptr);
}

}  // namespace holdfast::receipts
