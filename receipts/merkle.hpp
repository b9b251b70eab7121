// The RFC 6962 Merkle tree over SHA-256, as pure functions: hashing, the right edge of a growing tree,
// proofs.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "crypto/digest.hpp"

namespace holdfast::receipts {

using crypto::Hash;

[[nodiscard]] Hash leaf_hash(std::string_view entry);               // SHA-256(0x00 || entry)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)

// A tree of which only the complete subtrees at the right edge are kept: enough to append and to know the
// root.
class RightEdge {
 public:
  RightEdge() = default;
  // From the edge a commit keeps: one hash for each one-bit of size, largest subtree first. Error: corrupt.
  static Result<RightEdge> from(std::uint64_t size, std::span<const Hash> edge);

  void append(const Hash& leaf);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;  // of the empty tree SHA-256("")
  [[nodiscard]] std::vector<Hash> edge() const;
  // What the last append completed: the leaf, then the node above it, and so on while size is even.
  [[nodiscard]] std::span<const Hash> completed() const;

 private:
  std::uint64_t size_ = 0;
  std::array<Hash, 64>
      last_{};  // by level: the newest complete subtree; it is of the edge where size has a one-bit
};

// The hash of complete subtree number n of a level (0: leaves).
using NodeReader = std::function<Result<Hash>(unsigned level, std::uint64_t n)>;

// Place of a hash among all hashes in the order they become known (each leaf, then the nodes it completes).
[[nodiscard]] std::uint64_t stored_position(unsigned level, std::uint64_t n);
// How many hashes a tree of this size has in that order.
[[nodiscard]] std::uint64_t stored_count(std::uint64_t size);
[[nodiscard]] Result<RightEdge> read_edge(std::uint64_t size, const NodeReader& read);

// RFC 6962 §2.1.1 and §2.1.2. Preconditions: index < size, 0 < older <= newer.
[[nodiscard]] Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                        const NodeReader& read);
[[nodiscard]] Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer,
                                                          const NodeReader& read);

// RFC 9162 §2.1.3.2 and §2.1.4.2. False for a proof that is too short, too long or leads elsewhere.
[[nodiscard]] bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const Hash> proof, const Hash& root);
[[nodiscard]] bool verify_consistency(std::uint64_t older, std::uint64_t newer, std::span<const Hash> proof,
                                      const Hash& older_root, const Hash& newer_root);

}  // namespace holdfast::receipts
