// Every byte counts: what was changed after it was signed does not verify, and the verdict says what is
// wrong.
#include "receipts/verify.hpp"

#include "crypto/keys.hpp"
#include "receipts/checkpoint.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kFlips[] = {0x01, 0x08, 0x20, 0x80};

std::string flipped(std::string bytes, std::size_t at, int flip) {
  bytes[at] = static_cast<char>(bytes[at] ^ flip);
  return bytes;
}

class VerifyEntry : public LogFixture {
 protected:
  VerifyEntry() {
    open();
    append_roster();
    const std::string call = id();
    const auto authorized = append("authorize", authorize(call, {approval("alice", "lead")}));
    const auto at = append("receipt", released(call, *authorized, {approval("alice", "lead")}));
    EXPECT_TRUE(append("receipt", allowed(id())));
    entry_ = log_->list(call, 1, false)->front().entry;
    proof_ = log_->proof(at->index).value();
    vkey_ = log_->vkey();
  }
  std::string refusal(const std::string& entry, const std::string& proof, const std::string& vkey) {
    const auto verified = verify_entry(entry, proof, vkey);
    return verified ? "" : verified.error().detail;
  }
  std::string entry_, proof_, vkey_;
};

TEST_F(VerifyEntry, AnUnchangedOneIsFine) {
  const auto verified = verify_entry(entry_, proof_, vkey_);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->index, 4U);
  EXPECT_EQ(verified->tree_size, 6U);
  EXPECT_THAT(verified->summary, AllOf(HasSubstr("approve by alice"), HasSubstr("outcome succeeded")));
}

TEST_F(VerifyEntry, AnyChangedByteOfTheEntryIsRefused) {
  for (std::size_t at = 0; at < entry_.size(); ++at) {
    for (const int flip : kFlips)
      EXPECT_THAT(refusal(flipped(entry_, at, flip), proof_, vkey_), HasSubstr("inclusion")) << at;
  }
  for (std::size_t size = 0; size < entry_.size(); ++size)
    EXPECT_NE(refusal(entry_.substr(0, size), proof_, vkey_), "");
  EXPECT_NE(refusal(entry_ + "\n", proof_, vkey_), "");
}

TEST_F(VerifyEntry, AnyChangedByteOfTheProofIsRefused) {
  const std::size_t checkpoint = proof_.find("\n\n") + 2;
  for (std::size_t at = 0; at < proof_.size(); ++at) {
    for (const int flip : kFlips) {
      const std::string why = refusal(entry_, flipped(proof_, at, flip), vkey_);
      EXPECT_NE(why, "") << at << " " << flip;
      if (at >= checkpoint) EXPECT_THAT(why, HasSubstr("checkpoint: ")) << at;
    }
  }
  for (std::size_t size = 0; size < proof_.size(); ++size)
    EXPECT_NE(refusal(entry_, proof_.substr(0, size), vkey_), "");
  EXPECT_NE(refusal(entry_, proof_ + "x", vkey_), "");
}

TEST_F(VerifyEntry, AnyChangedByteOfTheVkeyIsRefused) {
  for (std::size_t at = 0; at < vkey_.size(); ++at)
    EXPECT_NE(refusal(entry_, proof_, flipped(vkey_, at, 1)), "") << at;
}

TEST_F(VerifyEntry, TheProofOfAnotherEntryIsRefused) {
  for (std::uint64_t index = 0; index < 6; ++index) {
    if (index != 4) EXPECT_THAT(refusal(entry_, *log_->proof(index), vkey_), HasSubstr("inclusion")) << index;
  }
}

// A valid receipt of somebody else's log, complete with its own key: only the pinned key counts.
TEST_F(VerifyEntry, AValidReceiptOfAnotherLogIsRefused) {
  const std::string pinned = vkey_;
  log_.reset();
  options_.data_dir = folder_.path() / "mallory";
  open();
  const auto at = append("receipt", allowed(id()));
  const std::string entry = log_->list("", 1, false)->front().entry;
  EXPECT_EQ(refusal(entry, *log_->proof(at->index), log_->vkey()), "");
  EXPECT_THAT(refusal(entry, *log_->proof(at->index), pinned),
              AllOf(HasSubstr("checkpoint: "), HasSubstr("is not signed by")));
}

TEST_F(VerifyEntry, AProofWithAnExtraLineIsRefused) {
  std::string proof = proof_;
  proof.insert(proof.find("index"), "extra AAAA\n");
  EXPECT_THAT(refusal(entry_, proof, vkey_), HasSubstr("proof: "));
}

// Signed and in the tree, but not a receipt that makes sense.
TEST_F(VerifyEntry, NonsenseIsRefusedThoughItIsSigned) {
  json::ObjectText members = base(id(), "", "escalate");
  members.set("outcome", json::ObjectText().set("state", "succeeded"));
  const auto at = append("receipt", std::move(members));
  const std::string entry = log_->list("", 1, false)->front().entry;
  EXPECT_THAT(refusal(entry, *log_->proof(at->index), vkey_),
              AllOf(HasSubstr("sense: "), HasSubstr("without approvals")));
}

class VerifyLog : public LogFixture {
 protected:
  void fill(int entries) {
    open();
    append_roster();
    for (int i = 0; i < entries; ++i)
      ASSERT_TRUE(append("receipt", allowed(id())));
  }
  std::vector<std::pair<std::uint64_t, std::string>> frames() {
    const auto posix = make_files();
    const auto file = posix->open(segment(), Open::read);
    FrameReader reader(file->get(), kSegmentHeader);
    std::vector<std::pair<std::uint64_t, std::string>> found;
    while (reader.next() == FrameReader::Step::frame)
      found.emplace_back(reader.offset(), reader.payload());
    return found;
  }
};

TEST_F(VerifyLog, IsFineWhileItIsWrittenAndAfterwards) {
  fill(5);
  EXPECT_THAT(failures(), IsEmpty());
  const std::string running = log_->checkpoint();
  reopen();
  log_.reset();
  const auto report = verify_log(options_.data_dir, *read_vkey(options_.data_dir), running);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->failures, IsEmpty());
  EXPECT_EQ(report->entries, 9U);
  EXPECT_EQ(report->receipts, 5U);
  EXPECT_EQ(report->checkpoint, slurp(files().checkpoint));
}

TEST_F(VerifyLog, AnyChangedByteBeforeTheCheckpointIsFound) {
  fill(3);
  const std::string good = slurp(segment());
  const std::uint64_t end = frames().back().first;
  log_.reset();
  for (std::uint64_t at = 0; at < end; at += 3) {
    spit(segment(), flipped(good.substr(0, end + 4096), at, 0x04));
    EXPECT_THAT(failures(), Not(IsEmpty())) << at;
  }
}

// Somebody who repairs the checksum too, and then the commit's root and edge.
TEST_F(VerifyLog, AForgedEntryIsNamedAndTheSignedHeadsDoNotFit) {
  fill(3);
  log_.reset();
  const auto all = frames();
  const std::size_t number = 5;  // genesis, boot, commit, roster, commit, entry 3
  ASSERT_THAT(all[number].second, HasSubstr(R"("kind":"receipt")"));
  std::string forged = all[number].second;
  forged.replace(forged.find("payment.send"), 12, "payment.test");
  std::string frame;
  append_frame(frame, Frame::entry, forged);
  std::string bytes = slurp(segment());
  bytes.replace(all[number].first, frame.size(), frame);
  spit(segment(), bytes);
  EXPECT_THAT(failures(), AllOf(Contains(HasSubstr("do not give the root of their commit")),
                                Contains("entry 3: it is not the entry that was logged")));
}

TEST_F(VerifyLog, DroppedEntriesAreFoundByTheCheckpointAndByALaterOne) {
  fill(3);
  const std::string old_segment = slurp(segment());
  const std::string old_checkpoint = slurp(files().checkpoint);
  ASSERT_TRUE(append("receipt", allowed(id())));
  const std::string newer = log_->checkpoint();
  log_.reset();
  const std::string segment_now = slurp(segment());
  spit(segment(), old_segment);
  EXPECT_THAT(failures(),
              ElementsAre(HasSubstr("the log has 6 entries, but the published checkpoint was signed for 7")));
  spit(files().checkpoint,
       old_checkpoint);  // a whole backup restored: only a checkpoint from elsewhere tells
  EXPECT_THAT(failures(), IsEmpty());
  EXPECT_THAT(failures(newer),
              ElementsAre(HasSubstr("the log has 6 entries, but the checkpoint given was signed for 7")));
  spit(segment(), segment_now);
  EXPECT_THAT(failures(newer), IsEmpty());
}

TEST_F(VerifyLog, TwoCheckpointsOfOneSizeWithDifferentRootsAreAnotherHistory) {
  fill(3);
  const auto key = crypto::load_key(options_.data_dir, crypto::Purpose::log);
  const std::string origin = log_->origin();
  const auto other = sign_checkpoint({6, leaf_hash("another")}, origin, **key);
  EXPECT_THAT(failures(*other), ElementsAre(HasSubstr("the given checkpoint of size 6 has another root")));
  const auto between = sign_checkpoint({1, leaf_hash("x")}, origin, **key);
  EXPECT_THAT(failures(*between), ElementsAre(HasSubstr("is of a head this log did not have")));
}

TEST_F(VerifyLog, ACheckpointThatDoesNotHoldIsNamed) {
  fill(1);
  EXPECT_THAT(failures("nonsense"), ElementsAre(HasSubstr("the checkpoint given does not hold")));
  log_.reset();
  std::filesystem::remove(files().checkpoint);
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("no readable checkpoint")));
}

TEST_F(VerifyLog, AnotherKeyIsNotThatOfThisLog) {
  fill(1);
  const auto other = crypto::SigningKey::generate();
  const auto report =
      verify_log(options_.data_dir, crypto::to_vkey({log_->origin(), other->public_key()}), "");
  ASSERT_TRUE(report);
  EXPECT_THAT(report->failures, ElementsAre(HasSubstr("is not signed by")));
  EXPECT_FALSE(verify_log(options_.data_dir, "nonsense", ""));
}

TEST_F(VerifyLog, AMissingSegmentIsNamed) {
  options_.segment_bytes = 4096;
  fill(30);
  const auto segments = list_segments(files().segments).value();
  std::filesystem::remove(segment(segments.at(1)));
  EXPECT_THAT(failures(), Contains(HasSubstr("begins where entry")));
}

TEST_F(VerifyLog, WhatStandsBehindTheLastCommitIsNotJudged) {
  fill(2);
  log_.reset();
  const auto all = frames();
  std::string bytes = slurp(segment());
  std::string frame;
  append_frame(frame, Frame::entry, "half a batch");
  bytes.replace(all.back().first + kFrameHeader + all.back().second.size(), frame.size(), frame);
  spit(segment(), bytes);
  EXPECT_THAT(failures(), IsEmpty());
}

// A start believes the hashes that a commit calls durable, so a changed one below the edge stays: it must not
// stay unseen.
TEST_F(LogFixture, AChangedHashInTheFileOfHashesIsNamed) {
  open();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  reopen();
  log_.reset();
  EXPECT_THAT(failures(), IsEmpty());
  const std::string good = slurp(files().hashes);
  for (std::size_t hash = 0; hash < stored_count(7); ++hash) {
    spit(files().hashes, flipped(good, hash * sizeof(Hash) + 3, 0x10));
    EXPECT_THAT(failures(), ElementsAre(HasSubstr("holds other hashes"))) << hash;
  }
  std::filesystem::remove(files().hashes);
  EXPECT_THAT(failures(), IsEmpty()) << "it is derived, and the next start makes it again";
}

}  // namespace
}  // namespace holdfast::receipts
