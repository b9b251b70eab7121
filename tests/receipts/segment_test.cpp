#include "receipts/segment.hpp"

#include <gtest/gtest.h>

#include "receipts/crc32c.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

TEST(Segment, ChecksumsAreCastagnolis) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c("1234", "56789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720 B.4
}

TEST(Segment, ChecksumsByInstructionAndByTableAgree) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      const auto head = std::string_view(bytes).substr(0, cut);
      const auto tail = std::string_view(bytes).substr(cut);
      ASSERT_EQ(crc32c(head, tail), crc32c_by_table(bytes)) << i << " cut at " << cut;
    }
    bytes += static_cast<char>(i * 151 + 7);
  }
}

TEST(Segment, TheHeaderNamesItsLogAndPlace) {
  const std::string head = segment_header(17, "holdfast.example/a");
  ASSERT_EQ(head.size(), kSegmentHeader);
  EXPECT_TRUE(is_segment_header(head, 17, "holdfast.example/a"));
  EXPECT_FALSE(is_segment_header(head, 18, "holdfast.example/a"));
  EXPECT_FALSE(is_segment_header(head, 17, "holdfast.example/b"));
}

TEST(Segment, ACommitIsReadAsItWasWritten) {
  RightEdge tree;
  for (const char* leaf : {"a", "b", "c"})
    tree.append(leaf_hash(leaf));
  const Commit commit{true, 3, 2, 1, tree.root(), tree.edge(), "a checkpoint\n"};
  const std::string bytes = encode(commit);
  const auto read = decode_commit(bytes);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->clean);
  EXPECT_EQ(read->size, 3U);
  EXPECT_EQ(read->hashes, 2U);
  EXPECT_EQ(read->settled, 1U);
  EXPECT_EQ(read->root, tree.root());
  EXPECT_EQ(read->edge, tree.edge());
  EXPECT_EQ(read->checkpoint, "a checkpoint\n");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_commit(bytes.substr(0, size))) << size;
  EXPECT_FALSE(decode_commit(bytes + "x"));
}

class Frames : public testing::Test {
 protected:
  // The frames of a file, as far as they are intact.
  std::vector<std::string> read(const std::string& bytes, std::size_t at_once = FrameReader::kMany) {
    spit(path_, bytes);
    const auto files = make_files();
    const auto file = files->open(path_, Open::read);
    std::vector<std::string> found;
    FrameReader reader(file->get(), 0, at_once);
    while ((last_ = reader.next()) == FrameReader::Step::frame && reader.intact())
      found.emplace_back(reader.payload());
    return found;
  }
  test::TempFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "frames";
  FrameReader::Step last_ = FrameReader::Step::end;
};

TEST_F(Frames, AreReadUntilTheZeros) {
  std::string bytes;
  std::vector<std::string> payloads;
  for (int i = 0; i < 40; ++i) {  // more than one buffer
    payloads.emplace_back(static_cast<std::size_t>(1 + i * 1500), static_cast<char>('a' + i % 26));
    append_frame(bytes, Frame::entry, payloads.back());
  }
  EXPECT_EQ(read(bytes + std::string(100, '\0')), payloads);
  EXPECT_EQ(last_, FrameReader::Step::end);
  EXPECT_EQ(read(bytes), payloads);
  EXPECT_EQ(last_, FrameReader::Step::end);
}

TEST_F(Frames, OfEveryLengthAreReadWholeWithASmallBuffer) {
  std::string bytes;
  std::vector<std::string> payloads;
  for (const std::size_t usual : {std::size_t{20}, FrameReader::kOne - kFrameHeader, std::size_t{65'500}}) {
    for (std::size_t length = usual - 14; length < usual + 14; ++length) {
      payloads.emplace_back(length, static_cast<char>('a' + length % 26));
      append_frame(bytes, Frame::entry, payloads.back());
    }
  }
  EXPECT_EQ(read(bytes, FrameReader::kOne), payloads);
  EXPECT_EQ(last_, FrameReader::Step::end);
  EXPECT_EQ(read(bytes), payloads);
}

TEST_F(Frames, AnyChangedBitIsSeen) {
  std::string bytes;
  append_frame(bytes, Frame::entry, "an entry");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_TRUE(read(changed).empty()) << bit;
  }
}

}  // namespace
}  // namespace holdfast::receipts
