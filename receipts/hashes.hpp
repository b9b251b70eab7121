// The file of the tree's hashes, in the order they become known. Derived from the segments.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "receipts/files.hpp"
#include "receipts/merkle.hpp"

namespace holdfast::receipts {

// Reads nodes from the file, which must outlive the reader. Error: corrupt when the file is too short.
[[nodiscard]] NodeReader node_reader(const File* hashes);

// Holds the file of hashes against the tree it was derived from, entry by entry.
class StoredHashes {
 public:
  // Without a file nothing differs: it is derived, and the next start makes it again.
  explicit StoredHashes(std::unique_ptr<File> file) : file_(std::move(file)) {}
  // After each append to the tree.
  void compare(const RightEdge& tree);
  // The first entry of which the file holds another hash, or a node above it.
  [[nodiscard]] std::optional<std::uint64_t> first_wrong() const { return first_wrong_; }

 private:
  std::unique_ptr<File> file_;
  std::optional<std::uint64_t> first_wrong_;
};

}  // namespace holdfast::receipts
