#include "receipts/recovery.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/log.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/hashes.hpp"
#include "receipts/replay.hpp"
#include "receipts/segment.hpp"

namespace holdfast::receipts {
namespace {

// A checkpoint as text and as what it says.
struct Signed {
  std::string text;
  Checkpoint head;
};

class Recovery {
 public:
  Recovery(const Folder* folder, Files* files, const crypto::NoteKey* key, std::uint64_t segment_bytes)
      : folder_(*folder), files_(*files), key_(*key), segment_bytes_(segment_bytes) {}

  Result<Recovered> run() {
    auto segments = list_segments(folder_.segments);
    if (!segments) return fail(segments.error());
    segments_ = std::move(*segments);
    auto done = read_published();
    if (done) done = survey();
    if (!done) return fail(done.error());
    auto found = find_end();
    if (!found) return fail(found.error());
    return found->found ? settle(std::move(*found)) : begin_new();
  }

 private:
  // The file `checkpoint`. A power cut may leave it empty or full of zeros, because it is not synced for
  // every batch; then the newest one in the segments counts.
  Result<void> read_published() {
    auto text = read_whole(files_, folder_.checkpoint, 64 << 10);
    if (!text && text.error().code == Code::not_found) return {};
    if (!text) return fail(text.error());
    if (text->find_first_not_of('\0') == std::string::npos) {
      log::warning("log.checkpoint_lost", {{"file", folder_.checkpoint.string()}});
      return {};
    }
    return take_signed(*text, folder_.checkpoint.string());
  }

  Result<void> take_signed(const std::string& text, const std::string& where) {
    const auto head = open_checkpoint(text, key_);
    if (!head) {
      return fail(Code::corrupt, "the checkpoint in " + where + " does not hold: " + head.error().detail +
                                     "; put the file and the key " + "log.ed25519 back from one copy");
    }
    if (head->size > published_.head.size) published_ = {text, *head};
    return {};
  }

  // Walks the frames of the newest segments, without their checksums, back to a commit that the newest
  // checkpoint covers: what it says of the hashes and of open calls was synced before that checkpoint was
  // signed.
  Result<void> survey() {
    for (auto first = segments_.rbegin(); first != segments_.rend() && !anchor_; ++first) {
      const auto commits = commits_of(*first);
      if (!commits) return fail(commits.error());
      if (!commits->empty() && !commits->back().checkpoint.empty()) {
        auto taken = take_signed(commits->back().checkpoint, segment_path(folder_.segments, *first).string());
        if (!taken) return taken;
      }
      for (const Commit& commit : *commits) {
        if (commit.size <= published_.head.size) anchor_ = commit;
      }
    }
    return {};
  }

  Result<std::vector<Commit>> commits_of(std::uint64_t first) {
    const auto file = files_.open(segment_path(folder_.segments, first), Open::read);
    if (!file) return fail(file.error());
    std::vector<Commit> commits;
    FrameReader reader(file->get(), kSegmentHeader);
    FrameReader::Step step = reader.next();
    for (; step == FrameReader::Step::frame; step = reader.next()) {
      if (reader.type() != Frame::commit || !reader.intact()) continue;
      auto commit = decode_commit(reader.payload());
      if (commit) commits.push_back(std::move(*commit));
    }
    if (step == FrameReader::Step::failed) return fail(reader.error());
    return commits;
  }

  // The tree of the entries whose hashes are known to be on disk, or the empty tree.
  ReplayFrom trusted() {
    ReplayFrom from{{}, 0, published_.head};
    if (!anchor_ || !hashes_) return from;
    const std::uint64_t size = std::min({anchor_->hashes, anchor_->settled, published_.head.size});
    if (auto tree = read_edge(size, node_reader(hashes_.get()))) {
      from.tree = *tree;
      from.settled = anchor_->settled;
    }
    return from;
  }

  Result<Replayed> find_end() {
    auto hashes = files_.open(folder_.hashes, Open::read);
    if (hashes) hashes_ = std::move(*hashes);
    ReplayFrom from = trusted();
    auto found = replay(folder_, &files_, key_.name, segments_, from);
    if (found && !holds(*found) && from.tree.size() > 0) {
      log::warning("log.hashes_rebuilt", {{"file", folder_.hashes.string()}});
      from = {{}, 0, published_.head};
      found = replay(folder_, &files_, key_.name, segments_, from);
    }
    if (!found) return found;
    begun_at_ = from.tree.size();
    if (!found->found) return check_nothing(std::move(*found));
    if (!holds(*found)) return fail(Code::corrupt, complaint(*found));
    return found;
  }

  [[nodiscard]] bool holds(const Replayed& found) const {
    return found.found && (published_.head.size == 0 || found.met_published);
  }

  [[nodiscard]] std::string complaint(const Replayed& found) const {
    const std::string where = folder_.root.string();
    const std::string size = std::to_string(published_.head.size);
    if (!found.why.empty()) return found.why + " of " + where + std::string(kWhatToDo);
    return "the log in " + where + " has " + std::to_string(found.tree.size()) +
           " entries, but its checkpoint was signed for " + size +
           ": it is an older copy, or its end was cut off" + std::string(kWhatToDo);
  }

  // No commit holds: either nothing was ever committed here, or it is gone.
  Result<Replayed> check_nothing(Replayed found) {
    std::error_code ignored;
    const bool was_open =
        std::filesystem::exists(folder_.vkey, ignored);  // written when the first commit was durable
    if (published_.head.size == 0 && segments_.size() <= 1 && !was_open) return found;
    return fail(Code::corrupt, complaint(found));
  }

  Result<Recovered> begin_new() {
    for (const std::uint64_t first : segments_) {
      auto removed = files_.remove(segment_path(folder_.segments, first));
      if (!removed) return fail(removed.error());
    }
    Recovered fresh;
    auto done = open_hashes(fresh, "");
    if (!done) return fail(done.error());
    return fresh;
  }

  // From here on the disk is changed, and only behind what has been found to hold.
  Result<Recovered> settle(Replayed found) {
    Recovered log;
    log.tree = found.tree;
    log.checkpoint = published_.text;
    log.clean = found.clean;
    log.pending = std::move(found.pending);
    log.offset = found.offset;
    const auto last = parse_entry(found.last_entry);
    if (!last)
      return fail(Code::corrupt,
                  "the last entry of the log in " + folder_.root.string() + ": " + last.error().detail);
    log.last_boot = last->boot;
    log.last_seq = last->seq;
    auto done = open_hashes(log, found.nodes);
    if (done) done = open_segment(log, found);
    if (!done) return fail(done.error());
    return log;
  }

  Result<void> open_hashes(Recovered& log, std::string_view nodes) {
    hashes_.reset();
    auto file = files_.open(folder_.hashes, Open::create);
    if (!file) return fail(file.error());
    log.hashes = std::move(*file);
    auto done = log.hashes->write(std::span(&nodes, 1), stored_count(begun_at_) * sizeof(Hash));
    return done ? log.hashes->sync() : done;
  }

  Result<void> open_segment(Recovered& log, const Replayed& found) {
    for (const std::uint64_t first : segments_) {
      if (first <= found.segment) continue;
      auto removed = files_.remove(segment_path(folder_.segments, first));
      if (!removed) return removed;
    }
    auto file = files_.open(segment_path(folder_.segments, found.segment), Open::write);
    if (!file) return fail(file.error());
    log.segment = std::move(*file);
    auto done = write_again(*log.segment, found.unsure, found.offset);
    if (done) done = clear_behind(*log.segment, found.offset);
    if (done) done = log.segment->sync();
    return done ? files_.sync_folder(folder_.segments) : done;
  }

  // If the last run's sync failed, Linux shows us pages that the disk does not have and calls them clean: a
  // sync now would succeed and save nothing. Written again, they are dirty again.
  static Result<void> write_again(File& file, std::uint64_t begin, std::uint64_t end) {
    std::string bytes(static_cast<std::size_t>(end - begin), '\0');
    const auto got = file.read(bytes, begin);
    if (!got) return fail(got.error());
    if (*got != bytes.size()) return fail(Code::io, "a segment became shorter while it was read");
    const std::string_view piece = bytes;
    return file.write(std::span(&piece, 1), begin);
  }

  Result<void> clear_behind(File& file, std::uint64_t offset) const {
    std::string bytes(1 << 20, '\0');
    for (std::uint64_t at = offset;;) {
      const auto got = file.read(bytes, at);
      if (!got) return fail(got.error());
      if (*got == 0) return {};
      if (std::string_view(bytes).substr(0, *got).find_first_not_of('\0') != std::string_view::npos) break;
      at += *got;
    }
    log::warning("log.tail_cut", {{"folder", folder_.root.string()}});
    auto done = file.resize(offset);
    if (!done || offset >= segment_bytes_) return done;
    const auto room = file.preallocate(offset, segment_bytes_ - offset);
    // A full disk does not keep us from starting: the log says so itself when it cannot write.
    return room || room.error().code == Code::unavailable ? Result<void>() : room;
  }

  const Folder& folder_;
  Files& files_;
  const crypto::NoteKey& key_;
  const std::uint64_t segment_bytes_;

  std::vector<std::uint64_t> segments_;
  Signed published_;
  std::optional<Commit> anchor_;
  std::unique_ptr<File> hashes_;
  std::uint64_t begun_at_ = 0;
};

}  // namespace

Result<Recovered> recover(const Folder& folder, Files* files, const crypto::NoteKey& key,
                          std::uint64_t segment_bytes) {
  return Recovery(&folder, files, &key, segment_bytes).run();
}

}  // namespace holdfast::receipts
