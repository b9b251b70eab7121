#include "receipts/merkle.hpp"

#include <algorithm>
#include <bit>

namespace holdfast::receipts {
namespace {

using crypto::bytes_of;

constexpr std::string_view kLeaf("\0", 1);
constexpr std::string_view kNode("\1", 1);

// The largest power of two smaller than n, for n > 1.
std::uint64_t split(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

// The root over leaves begin..end, which is a subtree of some RFC 6962 tree: begin is a multiple of the
// width's next power of two.
Result<Hash> range_hash(std::uint64_t begin, std::uint64_t end, const NodeReader& read) {
  const std::uint64_t width = end - begin;
  if (std::has_single_bit(width)) {
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    return read(level, begin >> level);
  }
  const std::uint64_t middle = begin + split(width);
  const auto left = range_hash(begin, middle, read);
  if (!left) return left;
  const auto right = range_hash(middle, end, read);
  if (!right) return right;
  return node_hash(*left, *right);
}

Result<void> add_range(std::vector<Hash>& proof, std::uint64_t begin, std::uint64_t end,
                       const NodeReader& read) {
  const auto hash = range_hash(begin, end, read);
  if (!hash) return fail(hash.error());
  proof.push_back(*hash);
  return {};
}

// PATH of RFC 6962 §2.1.1 for the leaf at index within begin..end.
Result<void> add_path(std::vector<Hash>& proof, std::uint64_t index, std::uint64_t begin, std::uint64_t end,
                      const NodeReader& read) {
  if (end - begin == 1) return {};
  const std::uint64_t middle = begin + split(end - begin);
  const bool in_left = index < middle;
  auto below =
      in_left ? add_path(proof, index, begin, middle, read) : add_path(proof, index, middle, end, read);
  if (!below) return below;
  return in_left ? add_range(proof, middle, end, read) : add_range(proof, begin, middle, read);
}

// SUBPROOF of RFC 6962 §2.1.2 for the first `older` leaves of begin..end.
Result<void> add_subproof(std::vector<Hash>& proof, std::uint64_t older, std::uint64_t begin,
                          std::uint64_t end, bool whole, const NodeReader& read) {
  if (older == end - begin) return whole ? Result<void>() : add_range(proof, begin, end, read);
  const std::uint64_t middle = begin + split(end - begin);
  if (older <= middle - begin) {
    auto below = add_subproof(proof, older, begin, middle, whole, read);
    return below ? add_range(proof, middle, end, read) : below;
  }
  auto below = add_subproof(proof, older - (middle - begin), middle, end, false, read);
  return below ? add_range(proof, begin, middle, read) : below;
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  crypto::Sha256 hasher;
  return hasher.update(kLeaf).update(entry).finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  crypto::Sha256 hasher;
  return hasher.update(kNode).update(bytes_of(left)).update(bytes_of(right)).finish();
}

Result<RightEdge> RightEdge::from(std::uint64_t size, std::span<const Hash> edge) {
  if (edge.size() != static_cast<std::size_t>(std::popcount(size))) {
    return fail(Code::corrupt, "the right edge does not have a hash for each one-bit of its size");
  }
  RightEdge tree;
  tree.size_ = size;
  std::size_t next = 0;
  for (unsigned level = 64; level-- > 0;) {
    if ((size >> level & 1) != 0) tree.last_.at(level) = edge[next++];
  }
  return tree;
}

void RightEdge::append(const Hash& leaf) {
  Hash carried = leaf;
  unsigned level = 0;
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1, ++level) {
    const Hash left = last_.at(level);
    last_.at(level) = carried;
    carried = node_hash(left, carried);
  }
  last_.at(level) = carried;
  ++size_;
}

Hash RightEdge::root() const {
  if (size_ == 0) return crypto::sha256("");
  const std::vector<Hash> hashes = edge();
  Hash root = hashes.back();
  for (std::size_t i = hashes.size() - 1; i-- > 0;)
    root = node_hash(hashes[i], root);
  return root;
}

std::vector<Hash> RightEdge::edge() const {
  std::vector<Hash> hashes;
  for (unsigned level = 64; level-- > 0;) {
    if ((size_ >> level & 1) != 0) hashes.push_back(last_.at(level));
  }
  return hashes;
}

std::span<const Hash> RightEdge::completed() const {
  return {last_.data(), size_ == 0 ? 0 : static_cast<std::size_t>(std::countr_zero(size_)) + 1};
}

std::uint64_t stored_position(unsigned level, std::uint64_t n) {
  for (unsigned i = 0; i < level; ++i)
    n = 2 * n + 1;
  std::uint64_t position = level;
  for (; n > 0; n >>= 1)
    position += n;
  return position;
}

std::uint64_t stored_count(std::uint64_t size) {
  return 2 * size - static_cast<std::uint64_t>(std::popcount(size));
}

Result<RightEdge> read_edge(std::uint64_t size, const NodeReader& read) {
  std::vector<Hash> edge;
  std::uint64_t begin = 0;
  for (unsigned level = 64; level-- > 0;) {
    if ((size >> level & 1) == 0) continue;
    const auto hash = read(level, begin >> level);
    if (!hash) return fail(hash.error());
    edge.push_back(*hash);
    begin += std::uint64_t{1} << level;
  }
  return RightEdge::from(size, edge);
}

Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& read) {
  std::vector<Hash> proof;
  const auto done = add_path(proof, index, 0, size, read);
  if (!done) return fail(done.error());
  return proof;
}

Result<std::vector<Hash>> consistency_proof(std::uint64_t older, std::uint64_t newer,
                                            const NodeReader& read) {
  std::vector<Hash> proof;
  const auto done = add_subproof(proof, older, 0, newer, true, read);
  if (!done) return fail(done.error());
  return proof;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                      const Hash& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      for (; (node & 1) == 0 && node != 0; node >>= 1)
        last >>= 1;
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(std::uint64_t older, std::uint64_t newer, std::span<const Hash> proof,
                        const Hash& older_root, const Hash& newer_root) {
  if (older == 0 || older > newer) return false;
  if (older == newer) return proof.empty() && older_root == newer_root;
  std::uint64_t node = older - 1;
  std::uint64_t last = newer - 1;
  for (; (node & 1) != 0; node >>= 1)
    last >>= 1;
  // A power of two is itself a subtree of the newer tree, and its root is not repeated in the proof.
  if (!std::has_single_bit(older)) {
    if (proof.empty()) return false;
  }
  Hash older_hash = std::has_single_bit(older) ? older_root : proof.front();
  Hash newer_hash = older_hash;
  for (const Hash& hash : proof.subspan(std::has_single_bit(older) ? 0 : 1)) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      older_hash = node_hash(hash, older_hash);
      newer_hash = node_hash(hash, newer_hash);
      for (; (node & 1) == 0 && node != 0; node >>= 1)
        last >>= 1;
    } else {
      newer_hash = node_hash(newer_hash, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && older_hash == older_root && newer_hash == newer_root;
}

}  // namespace holdfast::receipts
