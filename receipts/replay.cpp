#include "receipts/replay.hpp"

#include <algorithm>
#include <memory>

namespace holdfast::receipts {
namespace {

using crypto::bytes_of;

class Replay {
 public:
  Replay(const Folder* folder, Files* files, const std::string* origin, const ReplayFrom* from)
      : folder_(*folder), files_(*files), origin_(*origin), from_(*from), tree_(from->tree) {}

  Result<Replayed> run(const std::vector<std::uint64_t>& segments) {
    // The file before the one that begins at our first entry holds the last entry we need not read.
    auto at = std::lower_bound(segments.begin(), segments.end(), tree_.size());
    if (at != segments.begin()) --at;
    if (at != segments.end()) count_ = *at;
    for (; at != segments.end() && good_.why.empty(); ++at) {
      auto done = read_segment(*at);
      if (!done) return fail(done.error());
    }
    return std::move(good_);
  }

 private:
  Result<void> read_segment(std::uint64_t first) {
    const auto file = files_.open(segment_path(folder_.segments, first), Open::read);
    if (!file) return fail(file.error());
    std::string head(kSegmentHeader, '\0');
    const auto got = (*file)->read(head, 0);
    if (!got) return fail(got.error());
    segment_ = first;
    unsure_ = kSegmentHeader;
    if (first != count_)
      return stop("the segment that begins with entry " + std::to_string(count_) + " is missing");
    if (!is_segment_header(head, first, origin_)) {
      return stop("the header of segment " + std::to_string(first) + " is damaged or of another log");
    }
    FrameReader reader(file->get(), kSegmentHeader);
    for (;;) {
      switch (reader.next()) {
        case FrameReader::Step::end:
          return {};
        case FrameReader::Step::failed:
          return fail(reader.error());
        case FrameReader::Step::damaged:
          return stop(here());
        case FrameReader::Step::frame:
          break;
      }
      const bool fine = reader.type() == Frame::entry ? take_entry(reader) : take_commit(reader);
      if (!fine) return stop(here());
    }
  }

  bool take_entry(const FrameReader& reader) {
    last_entry_ = reader.payload();
    if (count_++ < from_.tree.size()) return true;
    if (!reader.intact()) return false;
    tree_.append(leaf_hash(reader.payload()));
    for (const Hash& hash : tree_.completed())
      nodes_.append(bytes_of(hash));
    if (tree_.size() > from_.settled) batch_.emplace_back(reader.payload());
    return true;
  }

  bool take_commit(const FrameReader& reader) {
    if (count_ < from_.tree.size()) return true;
    const auto commit = decode_commit(reader.payload());
    if (!reader.intact() || !commit || commit->size != count_ || commit->root != tree_.root()) return false;
    if (count_ == from_.published.size) {
      if (commit->root != from_.published.root) return false;
      good_.met_published = true;
    }
    adopt(*commit, reader.end_offset());
    return true;
  }

  void adopt(const Commit& commit, std::uint64_t offset) {
    std::uint64_t index = count_ - batch_.size();
    for (const std::string& bytes : batch_) {
      if (const auto entry = parse_entry(bytes)) good_.pending.note(index, *entry, bytes);
      ++index;
    }
    batch_.clear();
    // What the published checkpoint covers was synced before it was signed; what follows perhaps never was.
    if (count_ <= from_.published.size) unsure_ = offset;
    good_.found = true;
    good_.tree = tree_;
    good_.segment = segment_;
    good_.offset = offset;
    good_.unsure = unsure_;
    good_.clean = commit.clean;
    good_.last_entry = last_entry_;
    good_.nodes.append(nodes_);
    if (!commit.checkpoint.empty()) good_.signed_before = commit.checkpoint;
    nodes_.clear();
  }

  [[nodiscard]] std::string here() const {
    return "the log is damaged at entry " + std::to_string(count_) + ", in segment " +
           std::to_string(segment_);
  }

  Result<void> stop(std::string why) {
    good_.why = std::move(why);
    return {};
  }

  const Folder& folder_;
  Files& files_;
  const std::string& origin_;
  const ReplayFrom& from_;

  Replayed good_;
  RightEdge tree_;  // ahead of good_ by what no commit has confirmed yet, like the four below
  std::uint64_t count_ = 0;
  std::string last_entry_;
  std::string nodes_;
  std::vector<std::string> batch_;
  std::uint64_t segment_ = 0;
  std::uint64_t unsure_ = kSegmentHeader;
};

}  // namespace

Result<Replayed> replay(const Folder& folder, Files* files, const std::string& origin,
                        const std::vector<std::uint64_t>& segments, const ReplayFrom& from) {
  return Replay(&folder, files, &origin, &from).run(segments);
}

}  // namespace holdfast::receipts
