// Commits batches: entries and commit frame written, synced, signed, published. The owner of the log's files.
// Writer's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/note.hpp"
#include "receipts/queue.hpp"
#include "receipts/recovery.hpp"

namespace holdfast::receipts {

// sound -> full -> sound as the disk has room or not; -> broken after a failed write or sync, until restart.
enum class Health { sound, full, broken };

struct Identity {
  crypto::SigningKey key;
  std::string origin;
};

class Appender {
 public:
  Appender(Folder folder, Files* files, std::uint64_t segment_bytes, Identity identity, Recovered log);
  ~Appender();

  // One result for each of these entries of the queue, in order. A good one is durable under a signed
  // checkpoint; errors as Log::append. at: Unix seconds.
  std::vector<Result<Appended>> commit(const Queue& queue, std::span<const Queued> batch, std::int64_t at);
  // Asks for room again after the disk was full.
  void make_room();
  // Notes that the process ends in order. Nothing may be committed afterwards.
  void finish();

  [[nodiscard]] Health health() const { return health_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] std::uint64_t size() const { return tree_.size(); }
  [[nodiscard]] const std::string& checkpoint() const { return checkpoint_; }
  [[nodiscard]] const Pending& pending() const { return pending_; }

 private:
  struct Draft;
  void draft(Draft& draft, const Queue& queue, std::span<const Queued> batch, std::int64_t at) const;
  void draft_entry(Draft& draft, std::string_view kind, std::string_view bytes) const;
  [[nodiscard]] std::string commit_frame(const RightEdge& tree, std::uint64_t settled, bool clean) const;
  Result<void> write(const Draft& draft);
  void note(const Draft& draft);
  bool publish();
  void keep_hashes();
  Result<void> reserve_hashes(std::uint64_t size);
  Result<void> begin_segment();
  Result<void> make_spare();
  void take(const Result<void>& done, std::string_view what);
  void become(Health health, std::string why);
  void refuse(Draft& draft, Code code);

  const Folder folder_;
  Files& files_;
  const std::uint64_t segment_bytes_;
  const Identity identity_;

  RightEdge tree_;
  std::string checkpoint_;
  Pending pending_;
  std::uint64_t seq_ = 0;

  std::unique_ptr<File> segment_;
  std::uint64_t offset_ = 0;
  std::unique_ptr<File> spare_;  // room for the next segment, kept before it is needed
  std::unique_ptr<File> hashes_;
  std::uint64_t hashes_durable_ = 0;  // entries whose hashes are synced
  std::uint64_t hashes_room_ = 0;     // bytes with blocks behind them

  const std::unique_ptr<Draft> draft_;

  Health health_ = Health::sound;
  std::string why_;
};

}  // namespace holdfast::receipts
