// Reading what is committed: entries by index and id, newest first, and proofs. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "crypto/note.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"
#include "receipts/hashes.hpp"
#include "receipts/log.hpp"
#include "receipts/segment.hpp"

namespace holdfast::receipts {

class Archive {
 public:
  Archive(Folder folder, Files* files) : folder_(std::move(folder)), files_(*files) {}

  // `size` is the number of committed entries: nothing behind it is looked at.
  Result<Stored> at(std::uint64_t index, std::uint64_t size);
  Result<Stored> find(std::string_view id, std::uint64_t size);
  Result<std::vector<Stored>> list(std::string_view call, std::size_t limit, bool all_kinds,
                                   std::uint64_t size);
  // As Log::list_held_since: one walk, however many holds are asked about.
  Result<std::vector<Stored>> list_held_since(std::uint64_t first, std::uint64_t size);
  // As Log::list_call_since.
  Result<std::vector<Stored>> list_call_since(std::string_view call, std::uint64_t first, std::uint64_t size);
  // As Log::size_at.
  Result<std::optional<std::uint64_t>> size_at(const std::string& kept, std::uint64_t size,
                                               const crypto::NoteKey& key);

  // Proof of an entry under a checkpoint, checked before it is returned. Errors: not_found, corrupt.
  Result<std::string> prove(std::uint64_t index, std::string_view checkpoint, const crypto::NoteKey& key);

 private:
  // Where the entries of a segment begin, as far as it has been walked.
  struct Index {
    std::uint64_t first = 0;
    std::unique_ptr<File> file;
    std::vector<std::uint32_t> offsets;
    std::uint64_t walked = kSegmentHeader;
  };
  // Sees the entries of a block that holds `needle`, newest first, until it says false.
  using Visitor = std::function<bool(Stored)>;
  // Stops where entries are older than that, a day's doubt about clocks allowed, and before `first`.
  struct Search {
    std::string needle;
    std::uint64_t not_before = 0;  // Unix seconds
    std::uint64_t first = 0;       // index
  };

  Result<Checkpoint> head_of(std::string_view checkpoint, const crypto::NoteKey& key);
  Result<Hash> root_of(std::uint64_t size);
  Result<const File*> hashes();
  Result<void> refresh(std::uint64_t size);
  Result<Index*> index_of(std::uint64_t first, std::uint64_t end);
  Result<void> walk(Index& index, std::uint64_t count);
  Result<std::string> read_entry(const Index& index, std::size_t number);
  Result<void> visit(const Search& search, std::uint64_t size, const Visitor& visitor);
  Result<bool> visit_block(const Index& index, std::size_t begin, std::size_t end, const Search& search,
                           const Visitor& visitor);

  const Folder folder_;
  Files& files_;

  std::mutex m_;
  // Guarded by m_.
  std::vector<std::uint64_t> segments_;
  std::uint64_t known_ = 0;   // entries for which segments_ is complete
  std::list<Index> indexes_;  // most recently used first
  std::unique_ptr<File> hashes_;
  ProofNodes proof_nodes_;
  std::string checked_;  // the checkpoint whose signature was checked last, and what it says
  Checkpoint checked_head_;
};

}  // namespace holdfast::receipts
