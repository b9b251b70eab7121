#include "receipts/merkle.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace holdfast::receipts {
namespace {

std::string hex(const Hash& hash) {
  return crypto::to_hex(crypto::bytes_of(hash));
}

// A tree with all its hashes in the order of the file `hashes`.
struct Tree {
  explicit Tree(std::uint64_t size) {
    for (std::uint64_t i = 0; i < size; ++i) {
      edge.append(leaf_hash(std::to_string(i)));
      for (const Hash& hash : edge.completed())
        stored.push_back(hash);
      roots.push_back(edge.root());
    }
  }
  [[nodiscard]] NodeReader reader() const {
    return [this](unsigned level, std::uint64_t n) -> Result<Hash> {
      const std::uint64_t position = stored_position(level, n);
      if (position >= stored.size()) return fail(Code::corrupt, "too short");
      return stored[position];
    };
  }
  RightEdge edge;
  std::vector<Hash> stored;
  std::vector<Hash> roots;  // roots[n - 1] is that of n leaves
};

constexpr std::uint64_t kSize = 70;

// The reference trees of RFC 6962 implementations.
TEST(Merkle, RootsAreThoseOfTheReferenceTree) {
  const char* const leaves[] = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  RightEdge tree;
  EXPECT_EQ(hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < std::size(leaves); ++i) {
    tree.append(leaf_hash(*crypto::from_hex(leaves[i])));
    EXPECT_EQ(hex(tree.root()), roots[i]) << i;
  }
}

TEST(Merkle, TheEdgeIsEnoughToGoOn) {
  const Tree tree(kSize);
  for (std::uint64_t size = 0; size < kSize; ++size) {
    const Tree part(size);
    auto edge = RightEdge::from(size, part.edge.edge());
    ASSERT_TRUE(edge);
    for (std::uint64_t i = size; i < kSize; ++i)
      edge->append(leaf_hash(std::to_string(i)));
    EXPECT_EQ(edge->root(), tree.edge.root()) << size;
    EXPECT_EQ(read_edge(size, tree.reader())->root(), part.edge.root()) << size;
  }
  EXPECT_FALSE(RightEdge::from(5, std::vector<Hash>(3)));
}

TEST(Merkle, HashesAreStoredWithoutGaps) {
  for (std::uint64_t size = 1; size <= kSize; ++size)
    EXPECT_EQ(Tree(size).stored.size(), stored_count(size));
}

TEST(Merkle, EveryEntryOfEverySizeHasAProof) {
  const Tree tree(kSize);
  for (std::uint64_t size = 1; size <= kSize; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, tree.reader());
      ASSERT_TRUE(proof);
      const Hash leaf = leaf_hash(std::to_string(index));
      EXPECT_TRUE(verify_inclusion(leaf, index, size, *proof, tree.roots[size - 1]))
          << index << " of " << size;
      EXPECT_FALSE(verify_inclusion(leaf_hash("x"), index, size, *proof, tree.roots[size - 1]));
      if (size > 1) EXPECT_FALSE(verify_inclusion(leaf, index ^ 1, size, *proof, tree.roots[size - 1]));
    }
  }
}

TEST(Merkle, AnInclusionProofOfAnotherLengthIsRefused) {
  const Tree tree(kSize);
  for (const std::uint64_t index : {0U, 13U, 63U, 64U, 69U}) {
    const auto proof = *inclusion_proof(index, kSize, tree.reader());
    const Hash leaf = leaf_hash(std::to_string(index));
    const Hash& root = tree.roots.back();
    ASSERT_TRUE(verify_inclusion(leaf, index, kSize, proof, root));
    auto longer = proof;
    longer.push_back(root);
    EXPECT_FALSE(verify_inclusion(leaf, index, kSize, longer, root));
    EXPECT_FALSE(verify_inclusion(leaf, index, kSize, std::span(proof).first(proof.size() - 1), root));
    EXPECT_FALSE(verify_inclusion(leaf, kSize, kSize, proof, root));
    EXPECT_FALSE(verify_inclusion(leaf, index, 0, proof, root));
  }
}

TEST(Merkle, ANodeIsNotTakenForALeaf) {
  const Tree tree(4);
  const Hash left = node_hash(leaf_hash("0"), leaf_hash("1"));
  const std::vector<Hash> proof = {node_hash(leaf_hash("2"), leaf_hash("3"))};
  EXPECT_NE(leaf_hash(std::string(crypto::bytes_of(leaf_hash("0"))) +
                      std::string(crypto::bytes_of(leaf_hash("1")))),
            left);
  EXPECT_FALSE(verify_inclusion(left, 0, 4, proof, tree.roots[3]));
}

TEST(Merkle, EveryPairOfSizesHasAConsistencyProof) {
  const Tree tree(kSize);
  for (std::uint64_t newer = 1; newer <= kSize; ++newer) {
    for (std::uint64_t older = 1; older <= newer; ++older) {
      const auto proof = consistency_proof(older, newer, tree.reader());
      ASSERT_TRUE(proof);
      const Hash& old_root = tree.roots[older - 1];
      const Hash& new_root = tree.roots[newer - 1];
      EXPECT_TRUE(verify_consistency(older, newer, *proof, old_root, new_root)) << older << " " << newer;
      EXPECT_FALSE(verify_consistency(older, newer, *proof, leaf_hash("x"), new_root));
      EXPECT_FALSE(verify_consistency(older, newer, *proof, old_root, leaf_hash("x")));
      for (std::size_t i = 0; i < proof->size(); ++i) {
        auto changed = *proof;
        changed[i][0] ^= 1;
        EXPECT_FALSE(verify_consistency(older, newer, changed, old_root, new_root)) << older << " " << newer;
      }
      auto longer = *proof;
      longer.push_back(new_root);
      EXPECT_FALSE(verify_consistency(older, newer, longer, old_root, new_root));
    }
  }
}

}  // namespace
}  // namespace holdfast::receipts
