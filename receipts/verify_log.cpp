#include "receipts/verify.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include "receipts/checkpoint.hpp"
#include "receipts/entry.hpp"
#include "receipts/hashes.hpp"
#include "receipts/home.hpp"
#include "receipts/segment.hpp"
#include "receipts/sense.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::size_t kMostFailures = 100;
constexpr std::size_t kHeadsKept = 4096;

// Streams the segments; what stands behind the last commit was promised to nobody and is not looked at.
class LogVerifier {
 public:
  LogVerifier(const Folder* folder, Files* files, const crypto::NoteKey* key)
      : folder_(*folder),
        files_(*files),
        key_(*key),
        sense_(
            key->name, [this](std::string_view digest) { return read_blob(files_, folder_, digest); },
            [this](std::uint64_t index, const std::string& sentence) { fail_entry(index, sentence); }) {}

  Result<LogReport> run(std::string_view since) {
    if (!read_heads(since)) return std::move(report_);
    const auto segments = list_segments(folder_.segments);
    if (!segments) return fail(segments.error());
    if (auto hashes = files_.open(folder_.hashes, Open::read)) stored_ = StoredHashes(std::move(*hashes));
    for (std::size_t i = 0; i < segments->size() && !ended_; ++i) {
      auto done = read_segment((*segments)[i], i + 1 == segments->size());
      if (!done) return fail(done.error());
    }
    check_ends();
    report_.entries = tree_.size();
    report_.receipts = sense_.receipts();
    return std::move(report_);
  }

 private:
  // False when there is nothing to hold the entries against.
  bool read_heads(std::string_view since) {
    const auto text = read_whole(files_, folder_.checkpoint, 64 << 10);
    if (!text) return complain("the log has no readable checkpoint: " + text.error().detail);
    const auto published = open_checkpoint(*text, key_);
    if (!published) return complain("the published checkpoint does not hold: " + published.error().detail);
    report_.checkpoint = *text;
    published_ = *published;
    if (since.empty()) return true;
    const auto given = open_checkpoint(since, key_);
    if (!given) return complain("the checkpoint given does not hold: " + given.error().detail);
    since_ = *given;
    return true;
  }

  Result<void> read_segment(std::uint64_t first, bool last) {
    const auto file = files_.open(segment_path(folder_.segments, first), Open::read);
    if (!file) return fail(file.error());
    std::string head(kSegmentHeader, '\0');
    const auto got = (*file)->read(head, 0);
    if (!got) return fail(got.error());
    const std::string name = "segment " + std::to_string(first);
    if (first != tree_.size())
      return stop(name + " begins where entry " + std::to_string(tree_.size()) + " should come");
    if (!is_segment_header(head, first, key_.name))
      return stop(name + " has a header that is damaged or of another log");
    FrameReader reader(file->get(), kSegmentHeader);
    for (;;) {
      switch (reader.next()) {
        case FrameReader::Step::end:
          return end_segment(name, last);
        case FrameReader::Step::damaged:
          if (last && tree_.size() >= published_.size)
            return {};  // a batch on its way, or one that never arrived
          return stop(name + " is damaged behind entry " + std::to_string(tree_.size() + batch_.size()));
        case FrameReader::Step::failed:
          return fail(reader.error());
        case FrameReader::Step::frame:
          break;
      }
      if (reader.type() == Frame::entry) {
        batch_.push_back({std::string(reader.payload()), reader.intact()});
      } else if (auto taken = take_commit(reader); !taken || ended_) {
        return taken;
      }
    }
  }

  Result<void> end_segment(const std::string& name, bool last) {
    if (!batch_.empty() && !last) return stop(name + " ends within a commit");
    return {};
  }

  Result<void> take_commit(const FrameReader& reader) {
    const auto commit = decode_commit(reader.payload());
    if (!commit || !reader.intact()) {
      ended_ = true;
      if (tree_.size() >= published_.size) return {};  // a batch on its way, or one that never arrived
      return stop("the commit behind entry " + std::to_string(tree_.size() + batch_.size()) + " is damaged");
    }
    const std::uint64_t begin = tree_.size();
    for (const Read& read : batch_)
      take_entry(read);
    if (commit->size != tree_.size())
      complain("a commit of " + std::to_string(commit->size) + " entries stands behind " +
               std::to_string(tree_.size()));
    if (commit->root != tree_.root()) {
      name_changed(begin);
      go_on_from(*commit);
    }
    batch_.clear();
    hashes_durable_ = commit->hashes;
    check_head({tree_.size(), tree_.root()});
    check_signed(*commit);
    return {};
  }

  struct Read {
    std::string bytes;
    bool intact;
  };

  void take_entry(const Read& read) {
    const std::uint64_t index = tree_.size();
    const Hash leaf = leaf_hash(read.bytes);
    tree_.append(leaf);
    stored_.compare(tree_);
    if (!read.intact) fail_entry(index, "its checksum does not fit its bytes");
    const auto entry = parse_entry(read.bytes);
    if (!entry) return fail_entry(index, entry.error().detail);
    sense_.take(index, *entry, leaf);
  }

  // The root is wrong; the file of hashes, where it is there, tells by which entry.
  void name_changed(std::uint64_t begin) {
    complain("root: the entries " + std::to_string(begin) + " to " + std::to_string(tree_.size() - 1) +
             " do not give the root of their commit");
    const auto hashes = files_.open(folder_.hashes, Open::read);
    if (!hashes) return;
    const NodeReader read = node_reader(hashes->get());
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const auto logged = read(0, begin + i);
      if (logged && *logged != leaf_hash(batch_[i].bytes))
        fail_entry(begin + i, "it is not the entry that was logged");
    }
  }

  // With the tree the commit claims, so that one change is reported once; the signed heads judge the claims.
  void go_on_from(const Commit& commit) {
    auto claimed = RightEdge::from(commit.size, commit.edge);
    if (claimed && claimed->size() == tree_.size() && claimed->root() == commit.root) tree_ = *claimed;
  }

  void check_head(const Checkpoint& head) {
    heads_.push_back(head);
    if (heads_.size() > kHeadsKept) heads_.pop_front();
    compare(published_, head, "published", met_published_);
    if (since_) compare(*since_, head, "given", met_since_);
  }

  void compare(const Checkpoint& checkpoint, const Checkpoint& head, const std::string& which, bool& met) {
    if (checkpoint.size != head.size || met) return;
    met = true;
    if (checkpoint.root != head.root) {
      complain("the " + which + " checkpoint of size " + std::to_string(head.size) +
               " has another root than this log: it is another history");
    }
  }

  void check_signed(const Commit& commit) {
    if (commit.checkpoint.empty()) return;
    const auto head = open_checkpoint(commit.checkpoint, key_);
    const std::string where = "the checkpoint in the commit of size " + std::to_string(commit.size);
    if (!head) {
      complain(where + " does not hold: " + head.error().detail);
      return;
    }
    const auto same = [&](const Checkpoint& known) {
      return known.size == head->size && known.root == head->root;
    };
    if (std::none_of(heads_.rbegin(), heads_.rend(), same))
      complain(where + " is of a head this log did not have");
  }

  void check_ends() {
    if (stopped_) return;
    if (!met_published_) complain_missing(published_.size, "published checkpoint");
    if (since_ && !met_since_) complain_missing(since_->size, "checkpoint given");
    // What was not yet synced may be missing after a crash, and the next start makes it again.
    const auto wrong = stored_.first_wrong();
    if (wrong && *wrong < hashes_durable_) {
      fail_entry(*wrong,
                 "the file " + folder_.hashes.string() +
                     " holds other hashes, so proofs made with it do not verify; stop Holdfast and move "
                     "the file away: the next start makes it again");
    }
  }

  void complain_missing(std::uint64_t size, const std::string& which) {
    if (size <= tree_.size()) {
      complain("the " + which + ", of size " + std::to_string(size) + ", is of a head this log did not have");
    } else {
      complain("the log has " + std::to_string(tree_.size()) + " entries, but the " + which +
               " was signed for " + std::to_string(size) + ": this is an older copy, or its end was cut off");
    }
  }

  bool complain(const std::string& sentence) {
    if (report_.failures.size() < kMostFailures) report_.failures.push_back(sentence);
    return false;
  }

  void fail_entry(std::uint64_t index, const std::string& sentence) {
    complain("entry " + std::to_string(index) + ": " + sentence);
  }

  Result<void> stop(const std::string& sentence) {
    complain(sentence + "; what follows was not checked");
    ended_ = stopped_ = true;
    return {};
  }

  const Folder& folder_;
  Files& files_;
  const crypto::NoteKey& key_;

  LogReport report_;
  Checkpoint published_;
  std::optional<Checkpoint> since_;
  Sense sense_;
  RightEdge tree_;
  std::vector<Read> batch_;
  std::deque<Checkpoint> heads_;  // the newest ones
  StoredHashes stored_{nullptr};
  std::uint64_t hashes_durable_ = 0;  // of so many entries, says the newest commit
  bool met_published_ = false;
  bool met_since_ = false;
  bool ended_ = false;    // no more is read
  bool stopped_ = false;  // because of damage
};

}  // namespace

Result<LogReport> verify_log(const std::filesystem::path& data_dir, std::string_view vkey,
                             std::string_view since) {
  const auto key = crypto::parse_vkey(vkey);
  if (!key) return fail(Code::malformed, "vkey: " + key.error().detail);
  const Folder folder(data_dir);
  const auto files = make_files();
  return LogVerifier(&folder, files.get(), &*key).run(since);
}

}  // namespace holdfast::receipts
