// The receipt log: an RFC 6962 tree of JCS entries, group-committed by one writer thread, its head signed as
// a C2SP checkpoint per batch. What is in it is durable; what cannot be recorded is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/metrics_text.hpp"
#include "core/result.hpp"
#include "crypto/digest.hpp"
#include "receipts/entry_text.hpp"
#include "receipts/options.hpp"

namespace holdfast::receipts {

// Where an entry went.
struct Appended {
  std::uint64_t index = 0;
  crypto::Hash leaf{};  // SHA-256(0x00 || entry)
};

// A stored entry: its exact bytes and its place.
struct Stored {
  std::uint64_t index = 0;
  std::string entry;
};

class Files;

class Log {
 public:
  // Opens or makes <data_dir>/log, takes its lock (unavailable: a second instance), recovers, writes the
  // genesis entry of a new log and the boot entry of this start. Errors name what to do.
  static Result<std::unique_ptr<Log>> open(const Options& options, const Clock* clock);
  // The same on other files, for tests of faults. The files outlive the log.
  static Result<std::unique_ptr<Log>> open(const Options& options, const Clock* clock, Files* files);
  // Commits what is queued, notes a clean end, stops the writer.
  virtual ~Log() = default;

  // Queues one entry. `members` are those of 05-receipts that belong to the kind, `id` included; v, kind,
  // iss, iat, boot and seq are the log's. `done` runs on the writer's thread once the entry is durable under
  // a signed checkpoint, or with the reason it never will be; when the queue is full it runs at once, on the
  // caller's. Thread-safe. Errors: too_large (over 65,535 bytes), internal and unavailable: nothing of it was
  // written; io: it may be on disk all the same, and then the next start has it.
  // Somebody waits for it: the commit does not wait for company.
  virtual void append(std::string kind, const EntryText& members,
                      std::function<void(Result<Appended>)> done) = 0;
  // Two entries that stand or fall together: durable under one checkpoint, or neither is in the log. `done`
  // hears where the second is, or why neither. The second must be one that is not refused for its size or
  // form.
  virtual void append_both(std::string kind, const EntryText& members, std::string second_kind,
                           const EntryText& second, std::function<void(Result<Appended>)> done) = 0;
  // The same as append() for an entry that nobody waits for, such as the receipt of a call that is over: it
  // may wait for company as long as Options::delay says.
  virtual void append_unhurried(std::string kind, const EntryText& members,
                                std::function<void(Result<Appended>)> done) = 0;

  // False after a failed write or sync (until restart) or while the disk is full: refuse calls as
  // `unavailable`. One atomic read; thread-safe. `why` is the sentence for /readyz.
  [[nodiscard]] virtual bool writable() const = 0;
  [[nodiscard]] virtual std::string why_not_writable() const = 0;

  // True while the writer is far behind: no new call should leave until it has caught up, so that there is
  // always room for the receipts of those under way. One atomic read; thread-safe.
  [[nodiscard]] virtual bool crowded() const { return false; }

  // Thread-safe reads of what is committed.
  [[nodiscard]] virtual std::string checkpoint() const = 0;  // the signed note
  [[nodiscard]] virtual std::string origin() const = 0;
  [[nodiscard]] virtual std::string vkey() const = 0;
  [[nodiscard]] virtual Result<Stored> find(std::string_view id) const = 0;        // by entry id
  [[nodiscard]] virtual Result<std::string> proof(std::uint64_t index) const = 0;  // c2sp.org/tlog-proof@v1
  // Newest first; `call` empty: any. Only kind `receipt` unless `all_kinds`.
  [[nodiscard]] virtual Result<std::vector<Stored>> list(std::string_view call, std::size_t limit,
                                                         bool all_kinds) const = 0;
  // The receipts of held calls among the entries from index `first` on, newest first.
  [[nodiscard]] virtual Result<std::vector<Stored>> list_held_since(std::uint64_t first) const = 0;

  // Every entry of this call among those from index `first` on, newest first.
  [[nodiscard]] virtual Result<std::vector<Stored>> list_call_since(std::string_view call,
                                                                    std::uint64_t first) const = 0;

  // How many entries this log had at a checkpoint that somebody kept; nothing if it is another log's. Error:
  // corrupt, this log does not contain that one: it is an older copy.
  [[nodiscard]] virtual Result<std::optional<std::uint64_t>> size_at(const std::string& checkpoint) const = 0;

  // The authorize entries of the previous run that no receipt answers: (call id, entry id, index, leaf hash).
  struct Unanswered {
    std::string call, hold, entry_id;
    Appended at;
  };
  [[nodiscard]] virtual std::vector<Unanswered> unanswered() const = 0;

  // What it has written so far, and what waits, on the page of figures. Thread-safe.
  virtual void collect(metrics::Page* page) const = 0;

  // Keeps a blob under its digest (policy files, roster, evidence), durable on return. "sha256:<hex>".
  virtual Result<std::string> keep_blob(std::string_view bytes) = 0;
};

}  // namespace holdfast::receipts
