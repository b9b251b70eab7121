// What a start does with a log that is not as the last run left it.
#include "receipts/recovery.hpp"

#include "crypto/keys.hpp"
#include "receipts/checkpoint.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Recovery : public LogFixture {
 protected:
  void fill(int entries) {
    open();
    for (int i = 0; i < entries; ++i)
      ASSERT_TRUE(append("receipt", allowed(id())));
    log_.reset();
  }
  // The frames of the first segment: offset, and whether it is an entry.
  std::vector<std::pair<std::uint64_t, bool>> frames() {
    const auto posix = make_files();
    const auto file = posix->open(segment(), Open::read);
    FrameReader reader(file->get(), kSegmentHeader);
    std::vector<std::pair<std::uint64_t, bool>> found;
    while (reader.next() == FrameReader::Step::frame)
      found.emplace_back(reader.offset(), reader.type() == Frame::entry);
    found.emplace_back(reader.offset(), false);
    return found;
  }
  void cut(std::uint64_t offset) { std::filesystem::resize_file(segment(), offset); }
  void flip(const std::filesystem::path& path, std::uint64_t at) {
    std::string bytes = slurp(path);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x10);
    spit(path, bytes);
  }
};

TEST_F(Recovery, DroppedEntriesAreRefused) {
  fill(6);
  const auto all = frames();
  for (std::size_t keep = 1; keep + 2 < all.size(); ++keep) {  // all but the note of a clean end
    const std::string before = slurp(segment());
    cut(all[keep].first);
    EXPECT_THAT(open_error(), AllOf(HasSubstr("put the log back from a newer copy"))) << keep;
    EXPECT_EQ(std::filesystem::file_size(segment()), all[keep].first) << "a refused log must not be changed";
    spit(segment(), before);
  }
  open();
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(Recovery, TheSentenceSaysThatTheEndIsMissing) {
  fill(6);
  const auto all = frames();
  cut(all[8].first);  // on a commit's end
  EXPECT_THAT(open_error(), AllOf(HasSubstr("entries, but its checkpoint was signed for 8"),
                                  HasSubstr("its end was cut off")));
}

TEST_F(Recovery, YesterdaysBackupOfTheSegmentsIsRefused) {
  fill(3);
  const std::string yesterday = slurp(segment());
  fill(3);
  spit(segment(), yesterday);
  EXPECT_THAT(open_error(), HasSubstr("older copy"));
}

TEST_F(Recovery, ALogWithoutAnyEntriesLeftIsRefused) {
  fill(3);
  std::filesystem::remove(segment());
  EXPECT_THAT(open_error(), HasSubstr("put the log back"));
  std::filesystem::remove(files().checkpoint);
  EXPECT_THAT(open_error(), HasSubstr("put the log back"));
  std::filesystem::create_directories(files().segments);
  spit(segment(), "");
  EXPECT_THAT(open_error(), HasSubstr("put the log back"));
}

TEST_F(Recovery, ADamagedFrameBeforeTheEndIsRefused) {
  fill(4);
  std::filesystem::remove(files().hashes);  // so that every entry is read
  const auto all = frames();
  for (std::uint64_t at = kSegmentHeader; at < all[all.size() - 2].first; at += 61) {
    flip(segment(), at);
    EXPECT_THAT(open_error(), HasSubstr("put the log back")) << at;
    flip(segment(), at);
  }
  open();
}

TEST_F(Recovery, ADamagedHeaderIsRefused) {
  fill(1);
  for (std::uint64_t at = 0; at < kSegmentHeader; ++at) {
    flip(segment(), at);
    EXPECT_THAT(open_error(), HasSubstr("put the log back")) << at;
    flip(segment(), at);
  }
}

TEST_F(Recovery, ADamagedCheckpointIsRefused) {
  fill(2);
  const std::string good = slurp(files().checkpoint);
  for (std::uint64_t at = 0; at < good.size(); ++at) {
    flip(files().checkpoint, at);
    EXPECT_THAT(open_error(), HasSubstr("does not hold")) << at;
    spit(files().checkpoint, good);
  }
}

// A power cut may leave the file empty, because it is not synced for every batch.
TEST_F(Recovery, AnEmptyCheckpointCountsAsTheNewestInTheSegments) {
  fill(4);
  for (const std::string& lost : {std::string(), std::string(100, '\0')}) {
    spit(files().checkpoint, lost);
    open();
    EXPECT_THAT(failures(), IsEmpty());
    log_.reset();
  }
  const auto all = frames();
  spit(files().checkpoint, "");
  cut(all[7].first);
  EXPECT_EQ(open_error(), "") << "the commits left do not know a later checkpoint";
}

TEST_F(Recovery, AMissingKeyBesideALogIsRefused) {
  fill(1);
  std::filesystem::remove(crypto::key_path(options_.data_dir, crypto::Purpose::log));
  EXPECT_THAT(open_error(),
              AllOf(HasSubstr("log.ed25519 is missing beside an existing log"), HasSubstr("put it back")));
  EXPECT_FALSE(std::filesystem::exists(crypto::key_path(options_.data_dir, crypto::Purpose::log)));
}

TEST_F(Recovery, AnotherKeyIsRefused) {
  fill(1);
  std::filesystem::remove(crypto::key_path(options_.data_dir, crypto::Purpose::log));
  ASSERT_TRUE(crypto::make_key(options_.data_dir, crypto::Purpose::log));
  EXPECT_THAT(open_error(), HasSubstr("is not the one of the log"));
  std::filesystem::remove(files().vkey);
  EXPECT_THAT(open_error(), HasSubstr("does not hold"));
}

TEST_F(Recovery, AMissingOriginBesideALogIsRefused) {
  fill(1);
  std::filesystem::remove(files().origin);
  EXPECT_THAT(open_error(), HasSubstr("is missing beside an existing log"));
}

TEST_F(Recovery, ATornBatchBehindTheCheckpointIsCutOff) {
  fill(3);
  const auto all = frames();
  const std::uint64_t end = all.back().first;
  std::string tail;
  append_frame(tail, Frame::entry, "an entry that was never committed");
  for (std::size_t size = 1; size <= tail.size(); size += 5) {
    std::string bytes = slurp(segment());
    bytes.replace(end, size, tail.substr(0, size));
    const auto copy = folder_.path() / ("torn" + std::to_string(size));
    std::filesystem::copy(options_.data_dir, copy, std::filesystem::copy_options::recursive);
    spit(segment_path(Folder(copy).segments, 0), bytes);
    Options options = options_;
    options.data_dir = copy;
    auto log = Log::open(options, &clock_);
    ASSERT_TRUE(log) << size << log.error().detail;
    ASSERT_TRUE(append_to(**log, "receipt", allowed(id())));
    log->reset();
    EXPECT_THAT(verify_log(copy, *read_vkey(copy), "")->failures, IsEmpty());
  }
}

TEST_F(Recovery, ALostHashFileIsMadeAgain) {
  fill(9);
  const std::string before = slurp(files().hashes).substr(0, stored_count(11) * 32);
  for (const std::size_t left : {0U, 1U, 32U, 100U}) {
    spit(files().hashes, before.substr(0, left));
    open();
    EXPECT_TRUE(log_->proof(3)) << left;
    log_.reset();
    EXPECT_EQ(slurp(files().hashes).substr(0, before.size()), before) << left;
  }
}

TEST_F(Recovery, ADamagedHashFileIsMadeAgain) {
  fill(9);
  std::string bytes = slurp(files().hashes);
  for (char& byte : bytes)
    byte = static_cast<char>(byte ^ 1);
  spit(files().hashes, bytes);
  open();
  EXPECT_TRUE(log_->proof(3));
}

TEST_F(Recovery, AMissingSegmentIsRefused) {
  options_.segment_bytes = 4096;
  fill(30);
  std::filesystem::remove(files().hashes);
  const auto segments = list_segments(files().segments).value();
  ASSERT_GT(segments.size(), 3U);
  std::filesystem::remove(segment(segments[1]));
  EXPECT_THAT(open_error(), HasSubstr("is missing"));
}

TEST_F(Recovery, AnotherHistoryUnderTheSameCheckpointIsRefused) {
  options_.origin = "holdfast.example/fork";
  fill(2);
  const auto other = folder_.path() / "other";
  std::filesystem::create_directories(other);
  std::filesystem::copy(options_.data_dir / "keys", other / "keys", std::filesystem::copy_options::recursive);
  const std::string checkpoint = slurp(files().checkpoint);
  options_.data_dir = other;
  fill(2);
  spit(files().checkpoint, checkpoint);
  EXPECT_THAT(open_error(), HasSubstr("put the log back"));
}

}  // namespace
}  // namespace holdfast::receipts
