// What waits for the log's writer: entries composed by their callers, whole but for the two numbers that only
// the writer knows. The texts stand one behind another in one buffer that goes back and forth between the
// threads, so that none frees what another allocated.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "receipts/entry_text.hpp"
#include "receipts/log.hpp"

namespace holdfast::receipts {

// An entry in a queue's text: [begin, end), with `iat` and `seq` to be put in at those places.
struct Queued {
  std::string kind;
  std::size_t begin = 0, iat = 0, seq = 0, end = 0;
  bool joined = false;  // stands or falls with the one in front of it
  std::function<void(Result<Appended>)> done;
};

// So many of them as are committed together: `most`, and what is joined to the last of those.
[[nodiscard]] std::span<Queued> first_batch(std::span<Queued> entries, std::size_t most);

// Not thread-safe: whoever owns it locks.
class Queue {
 public:
  struct Second {
    std::string kind;
    const EntryText* members;
  };
  // `members` as of Log::append; issuer and boot are the log's. `with`: an entry to be joined to it, of which
  // `done` then tells.
  void add(std::string kind, const EntryText& members, std::string_view issuer, std::string_view boot,
           std::function<void(Result<Appended>)> done, const Second* with = nullptr);
  // Appends the entry's bytes.
  void stamp(Text& out, const Queued& entry, std::int64_t iat, std::uint64_t seq) const;
  // What has been composed of it.
  [[nodiscard]] std::string_view text(const Queued& entry) const { return piece(entry.begin, entry.end); }
  // Forgets the entries but keeps their room, unless a rush has left more than is usual.
  void clear();

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::vector<Queued>& entries() { return entries_; }

 private:
  [[nodiscard]] std::string_view piece(std::size_t begin, std::size_t end) const {
    return text_.view().substr(begin, end - begin);
  }

  Text text_;
  std::vector<Queued> entries_;
};

}  // namespace holdfast::receipts
