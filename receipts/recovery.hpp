// What a start finds of the log: the last intact commit, checked against the newest published checkpoint.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/note.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"
#include "receipts/merkle.hpp"
#include "receipts/pending.hpp"

namespace holdfast::receipts {

// How the sentence about a log that lacks entries ends.
inline constexpr std::string_view kWhatToDo =
    "; put the log back from a newer copy, or move it away to begin a new log under a new origin";

struct Recovered {
  RightEdge tree;          // empty: a new log
  std::string checkpoint;  // the newest signed one we know; empty in a new log
  bool clean = true;       // the last run ended in order
  std::string last_boot;   // of the last entry
  std::uint64_t last_seq = 0;
  Pending pending;
  std::unique_ptr<File> hashes;   // complete and durable for the whole tree
  std::unique_ptr<File> segment;  // the last one; null in a new log
  std::uint64_t offset = 0;       // where it goes on: everything before is durable
};

// Cuts off what stands behind the last intact commit, never below the newest published checkpoint. Entries
// that the hashes' file and the checkpoint vouch for are not read again. Errors: corrupt, saying what is
// wrong and what to do, with nothing changed on disk; io; unavailable when the disk is full.
[[nodiscard]] Result<Recovered> recover(const Folder& folder, Files* files, const crypto::NoteKey& key,
                                        std::uint64_t segment_bytes);

}  // namespace holdfast::receipts
