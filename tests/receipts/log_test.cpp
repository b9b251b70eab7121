#include "receipts/log.hpp"

#include "receipts/checkpoint.hpp"
#include "receipts/reader.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ReceiptLog : public LogFixture {
 protected:
  // "kind" of every entry, oldest first.
  std::vector<std::string> kinds() {
    std::vector<std::string> found;
    const auto stored = log_->list("", 1000, true);
    for (auto entry = stored->rbegin(); entry != stored->rend(); ++entry) {
      found.emplace_back(parse_entry(entry->entry)->kind);
    }
    return found;
  }
  std::string entry(std::uint64_t index) {
    const auto stored = log_->list("", 1000, true);
    for (const Stored& one : *stored) {
      if (one.index == index) return one.entry;
    }
    return "";
  }
  Result<Verified> verified(const Appended& at) {
    return verify_entry(entry(at.index), *log_->proof(at.index), log_->vkey());
  }
};

TEST_F(ReceiptLog, ANewLogBeginsWithGenesisAndBoot) {
  open();
  EXPECT_THAT(kinds(), ElementsAre("genesis", "boot"));
  EXPECT_THAT(entry(0), HasSubstr(R"("keys":[")" + log_->vkey() + R"("])"));
  EXPECT_THAT(entry(1), HasSubstr(R"("clean":true)"));
  EXPECT_THAT(log_->origin(), testing::MatchesRegex("holdfast\\.local/[0-9a-f]{16}"));
  EXPECT_EQ(slurp(files().checkpoint), log_->checkpoint());
}

TEST_F(ReceiptLog, AnAppendedEntryIsDurableSignedAndProvable) {
  open();
  const std::string call = id();
  const auto at = append("receipt", allowed(call));
  ASSERT_TRUE(at) << at.error().detail;
  EXPECT_EQ(at->index, 2U);
  EXPECT_EQ(at->leaf, leaf_hash(entry(2)));
  const auto proof = verified(*at);
  ASSERT_TRUE(proof) << proof.error().detail;
  EXPECT_THAT(proof->summary, HasSubstr(call));
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, MembersThatMakeNoEntryNeverReachTheLog) {
  open();
  const auto refused = append("receipt", allowed(id()).set_raw("amount", "1.5"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::internal);
  EXPECT_THAT(refused.error().detail, HasSubstr("kind receipt"));
  const auto unknown = append("no kind", json::ObjectText().set("id", id()));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::internal);
  EXPECT_EQ(append("receipt", allowed(id()))->index, 2U);
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, AnEntryThatIsTooLargeFailsAloneAndTakesNoSeq) {
  open();
  json::ObjectText large = allowed(id());
  large.set("reason", std::string(70'000, 'x'));
  const auto refused = append("receipt", std::move(large));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::too_large);
  EXPECT_EQ(append("receipt", allowed(id()))->index, 2U);
  EXPECT_TRUE(log_->writable());
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, IsTheSameLogAfterARestart) {
  open();
  const std::string origin = log_->origin();
  const auto at = append("receipt", allowed(id()));
  reopen();
  EXPECT_EQ(log_->origin(), origin);
  EXPECT_THAT(kinds(), ElementsAre("genesis", "boot", "receipt", "boot"));
  EXPECT_THAT(entry(3), HasSubstr(R"("clean":true)"));
  EXPECT_THAT(entry(3), HasSubstr(R"("seq":2})"));  // last: the receipt's
  EXPECT_TRUE(verified(*at));
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, SaysThatItDidNotEndInOrder) {
  open();
  ASSERT_TRUE(append("receipt", allowed(id())));
  const auto copy = folder_.path() / "killed";
  std::filesystem::copy(options_.data_dir, copy, std::filesystem::copy_options::recursive);
  options_.data_dir = copy;  // what kill -9 would have left
  open();
  EXPECT_THAT(entry(3), HasSubstr(R"("clean":false)"));
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, RollsToNewSegmentsAndReadsAcrossThem) {
  options_.segment_bytes = 16 * 1024;
  open();
  std::vector<Appended> all;
  std::vector<std::string> calls;
  for (int i = 0; i < 120; ++i) {
    calls.push_back(id());
    all.push_back(append("receipt", allowed(calls.back())).value());
  }
  EXPECT_GT(list_segments(files().segments)->size(), 3U);
  for (std::size_t i = 0; i < all.size(); i += 7) {
    EXPECT_TRUE(verified(all[i]));
    ASSERT_THAT(log_->list(calls[i], 10, false).value(), SizeIs(1));
    EXPECT_EQ(log_->list(calls[i], 10, false)->front().index, all[i].index);
  }
  EXPECT_THAT(failures(), IsEmpty());
  reopen();
  EXPECT_TRUE(verified(all.front()));
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(ReceiptLog, FindsAnEntryByItsIdAndNotByOthers) {
  open();
  const std::string call = id();
  const std::string entry_id = id();
  ASSERT_TRUE(append("receipt", allowed(call, entry_id)));
  const auto found = log_->find(entry_id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index, 2U);
  EXPECT_EQ(log_->find(call).error().code, Code::not_found);
  EXPECT_EQ(log_->find(id()).error().code, Code::not_found);
  EXPECT_EQ(log_->find("../../etc/passwd").error().code, Code::not_found);
  EXPECT_EQ(log_->find("").error().code, Code::not_found);
}

TEST_F(ReceiptLog, ListsNewestFirstByCallAndKind) {
  open();
  const std::string call = id();
  const auto authorized = append("authorize", authorize(call, {approval("alice", "lead")}));
  ASSERT_TRUE(append("receipt", allowed(id())));
  ASSERT_TRUE(append("receipt", released(call, *authorized, {approval("alice", "lead")})));
  const auto indexes = [](const Result<std::vector<Stored>>& stored) {
    std::vector<std::uint64_t> found;
    for (const Stored& one : *stored)
      found.push_back(one.index);
    return found;
  };
  EXPECT_THAT(indexes(log_->list("", 10, false)), ElementsAre(4, 3));
  EXPECT_THAT(indexes(log_->list("", 1, false)), ElementsAre(4));
  EXPECT_THAT(indexes(log_->list("", 3, true)), ElementsAre(4, 3, 2));
  EXPECT_THAT(indexes(log_->list(call, 10, true)), ElementsAre(4, 2));
  EXPECT_THAT(indexes(log_->list(call, 10, false)), ElementsAre(4));
  EXPECT_THAT(indexes(log_->list(id(), 10, true)), IsEmpty());
  EXPECT_THAT(indexes(log_->list("nonsense", 10, true)), IsEmpty());
  EXPECT_THAT(indexes(log_->list("", 0, true)), IsEmpty());
}

TEST_F(ReceiptLog, NamesTheAuthorizeEntriesThatNoReceiptAnswers) {
  open();
  const std::string answered = id();
  const std::string open_call = id();
  const auto first = append("authorize", authorize(answered, {approval("alice", "lead")}));
  json::ObjectText members = authorize(open_call, {approval("alice", "lead")});
  members.set("hold", "the-hold");
  const auto second = append("authorize", std::move(members));
  ASSERT_TRUE(append("receipt", released(answered, *first, {approval("alice", "lead")})));
  reopen();
  for (int start = 0; start < 3; ++start) {  // a start that dies before it answers must not forget
    ASSERT_THAT(log_->unanswered(), SizeIs(1)) << start;
    const auto left = log_->unanswered().front();
    EXPECT_EQ(left.call, open_call);
    EXPECT_EQ(left.hold, "the-hold");
    EXPECT_EQ(left.at.index, second->index);
    EXPECT_EQ(left.at.leaf, second->leaf);
    EXPECT_EQ(log_->find(left.entry_id)->index, second->index);
    reopen();
  }
  ASSERT_TRUE(append("receipt", released(open_call, *second, {approval("alice", "lead")})));
  reopen();
  EXPECT_THAT(log_->unanswered(), IsEmpty());
}

TEST_F(ReceiptLog, ListsTheReceiptsOfHeldCallsSinceAHold) {
  open();
  const auto held = [&](const std::string& hold) {
    json::ObjectText members = base(id(), "", "escalate");
    members.set("hold", hold).set("outcome", json::ObjectText().set("state", "rejected"));
    return members;
  };
  const std::string old_hold = id();
  const auto first = append("receipt", held(old_hold));
  // By index, because clocks step: the walk used to end at an entry a day older than the hold, and after a
  // step back a start gave a spent approval back.
  clock_.step_wall(-std::chrono::hours(72));
  const std::string hold = id();
  ASSERT_TRUE(append("receipt", allowed(id())));
  json::ObjectText opened = authorize(id(), {approval("alice", "lead")});
  opened.set("hold", hold);
  ASSERT_TRUE(append("authorize", std::move(opened)));
  for (int i = 0; i < 300; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  const auto second = append("receipt", held(hold));
  clock_.step_wall(std::chrono::hours(144));
  const auto both = log_->list_held_since(first->index);
  ASSERT_THAT(both.value(), SizeIs(2)) << "newest first";
  EXPECT_EQ(both->front().index, second->index);
  EXPECT_EQ(both->back().index, first->index);
  const auto newer = log_->list_held_since(first->index + 1);
  ASSERT_THAT(newer.value(), SizeIs(1));
  EXPECT_EQ(newer->front().index, second->index);
  EXPECT_THAT(log_->list_held_since(second->index + 1).value(), testing::IsEmpty());
}

TEST_F(ReceiptLog, KeepsBlobsUnderTheirDigest) {
  open();
  const auto digest = log_->keep_blob("a blob");
  ASSERT_TRUE(digest);
  EXPECT_EQ(*digest, crypto::digest_text(crypto::sha256("a blob")));
  EXPECT_EQ(slurp(files().blobs / digest->substr(7)), "a blob");
  EXPECT_EQ(log_->keep_blob("a blob").value(), *digest);
  spit(files().blobs / digest->substr(7), "damaged");
  EXPECT_EQ(log_->keep_blob("a blob").value(), *digest);
  EXPECT_EQ(slurp(files().blobs / digest->substr(7)), "a blob");
}

TEST_F(ReceiptLog, IsReadWithoutItsProcess) {
  open();
  const std::string call = id();
  const auto at = append("receipt", allowed(call));
  const auto running = Reader::open(options_.data_dir);
  ASSERT_TRUE(running) << running.error().detail;
  log_.reset();
  const auto stopped = Reader::open(options_.data_dir);
  for (const auto* reader : {&*running, &*stopped}) {
    const auto listed = (*reader)->list(call, 5, false);
    ASSERT_THAT(*listed, SizeIs(1));
    const auto found = (*reader)->find(parse_entry(listed->front().entry)->id);
    ASSERT_TRUE(found);
    EXPECT_TRUE(verify_entry(found->entry, *(*reader)->proof(at->index), (*reader)->vkey()));
    EXPECT_FALSE((*reader)->proof(99));
  }
  EXPECT_THAT(Reader::open(folder_.path() / "nowhere").error().detail, HasSubstr("no receipt log"));
}

TEST_F(ReceiptLog, AWrongHashNeverBecomesAProof) {
  open();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  std::string hashes = slurp(files().hashes);
  hashes[3 * 32] = static_cast<char>(hashes[3 * 32] ^ 1);
  spit(files().hashes, hashes);
  const auto proof = log_->proof(3);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, Code::corrupt);
}

TEST_F(ReceiptLog, TakesItsOriginFromTheConfigurationOnce) {
  options_.origin = "holdfast.example/one";
  open();
  EXPECT_EQ(log_->origin(), "holdfast.example/one");
  EXPECT_THAT(log_->vkey(), testing::StartsWith("holdfast.example/one+"));
  log_.reset();
  options_.origin = "holdfast.example/two";
  EXPECT_THAT(open_error(),
              HasSubstr("is holdfast.example/one, but receipts.origin says holdfast.example/two"));
  options_.origin = "";
  open();
  EXPECT_EQ(log_->origin(), "holdfast.example/one");
}

TEST_F(ReceiptLog, RefusesAnOriginThatNoKeyCanBeNamedBy) {
  options_.origin = "a b";
  EXPECT_THAT(open_error(), HasSubstr("receipts.origin"));
}

TEST_F(ReceiptLog, ASecondInstanceIsRefused) {
  open();
  const auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::unavailable);
  EXPECT_EQ(second.error().detail, "another holdfast is using " + options_.data_dir.string());
}

}  // namespace
}  // namespace holdfast::receipts
