#include "receipts/hashes.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/temp_folder.hpp"

namespace holdfast::receipts {
namespace {

class Hashes : public testing::Test {
 protected:
  void SetUp() override {
    auto file = files_->open(folder_.path() / "hashes", Open::create);
    ASSERT_TRUE(file);
    file_ = std::move(*file);
  }
  void grow_to(std::uint64_t size) {
    const std::uint64_t before = stored_count(tree_.size());
    std::string bytes;
    while (tree_.size() < size) {
      tree_.append(leaf_hash(std::to_string(tree_.size())));
      for (const Hash& hash : tree_.completed())
        bytes.append(crypto::bytes_of(hash));
    }
    const std::string_view piece = bytes;
    ASSERT_TRUE(file_->write(std::span(&piece, 1), before * sizeof(Hash)));
  }
  void expect_the_plain_proof(ProofNodes& nodes, std::uint64_t index, std::uint64_t size) {
    const auto plain = inclusion_proof(index, size, node_reader(file_.get()));
    const auto proof = inclusion_proof(index, size, nodes.reader(file_.get(), index));
    ASSERT_TRUE(plain && proof);
    ASSERT_EQ(*proof, *plain) << index << " of " << size;
  }

  test::TempFolder folder_;
  std::unique_ptr<Files> files_ = make_files();
  std::unique_ptr<File> file_;
  RightEdge tree_;
};

// While the log grows, so that what was kept meets new neighbours.
TEST_F(Hashes, ProofNodesMakeTheProofThatReadingEachNodeMakes) {
  ProofNodes nodes;
  for (const std::uint64_t size : {1U, 2U, 127U, 128U, 129U, 255U, 256U, 300U, 641U}) {
    grow_to(size);
    for (std::uint64_t index = 0; index < size; ++index)
      expect_the_plain_proof(nodes, index, size);
  }
  // Under older checkpoints, and of so many nodes that some lose their place to others.
  grow_to(400'000);
  std::mt19937 random(3);
  for (int round = 0; round < 2'000; ++round) {
    const std::uint64_t size = random() % 400'000 + 1;
    expect_the_plain_proof(nodes, random() % size, size);
  }
}

TEST_F(Hashes, AFileThatIsTooShortIsCorrupt) {
  grow_to(300);
  ASSERT_TRUE(file_->resize(40 * sizeof(Hash)));
  ProofNodes nodes;
  EXPECT_TRUE(inclusion_proof(3, 8, nodes.reader(file_.get(), 3)));
  EXPECT_EQ(inclusion_proof(3, 300, nodes.reader(file_.get(), 3)).error().code, Code::corrupt);
  EXPECT_EQ(inclusion_proof(299, 300, nodes.reader(file_.get(), 299)).error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::receipts
