// Reading the segments again from some entry on, up to the last commit that holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"
#include "receipts/pending.hpp"
#include "receipts/segment.hpp"

namespace holdfast::receipts {

struct ReplayFrom {
  RightEdge tree;             // of the entries that need not be read
  std::uint64_t settled = 0;  // entries before this are of no interest to Pending
  Checkpoint published;       // whose root must be met on the way; size 0: none
};

struct Replayed {
  RightEdge tree;             // up to the last commit that holds
  std::uint64_t segment = 0;  // the first index of the file that commit is in
  std::uint64_t offset = 0;   // behind that commit
  std::uint64_t unsure = 0;   // in the same file: from here on, the disk may not have what we read
  bool found = false;         // there is a commit that holds
  bool clean = false;
  bool met_published = false;
  std::string last_entry;
  std::string nodes;          // the hashes that became known since the beginning
  std::string signed_before;  // the newest checkpoint text in a commit
  Pending pending;
  std::string why;  // the reason it stopped: empty at the end of the data
};

// Errors: io. Damage is not an error here but the reason to stop.
[[nodiscard]] Result<Replayed> replay(const Folder& folder, Files* files, const std::string& origin,
                                      const std::vector<std::uint64_t>& segments, const ReplayFrom& from);

}  // namespace holdfast::receipts
