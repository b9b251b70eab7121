// The file of the tree's hashes, in the order they become known. Derived from the segments.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "receipts/files.hpp"
#include "receipts/merkle.hpp"

namespace holdfast::receipts {

// Reads nodes from the file, which must outlive the reader. Error: corrupt when the file is too short.
[[nodiscard]] NodeReader node_reader(const File* hashes);

// The nodes that proofs ask for, with few reads: those near an entry stand together in the file and are read
// at once, those further up are the same for many entries and are kept. A complete subtree's hash never
// changes, so what is kept stays true. One proof at a time.
class ProofNodes {
 public:
  // For proofs about this entry, until the next call. The file must outlive the reader.
  [[nodiscard]] NodeReader reader(const File* hashes, std::uint64_t index);

 private:
  struct Kept {
    std::uint64_t position = UINT64_MAX;  // in the file
    Hash hash{};
  };
  [[nodiscard]] const Hash* nearby(std::uint64_t position);
  [[nodiscard]] Kept& place_of(std::uint64_t position);

  std::vector<Hash> near_;  // in the order of the file
  std::uint64_t near_begin_ = 0;
  std::vector<Kept> kept_;
};

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
