#include "receipts/appender.hpp"

#include <algorithm>

#include "core/log.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/form.hpp"
#include "receipts/segment.hpp"

namespace holdfast::receipts {
namespace {

using crypto::bytes_of;

constexpr std::uint64_t kHashesEvery = 8192;     // entries a start has to read again at most
constexpr std::uint64_t kHashesAhead = 4 << 20;  // bytes
constexpr std::size_t kKeptRoom = 4 << 20;       // of a batch's frames, until the next

// Receipts are many and all made alike, so their form is enough.
Result<void> check_made(std::string_view kind, std::string_view bytes) {
  if (bytes.size() > kLargestEntry) return fail(entry_too_large(bytes.size()));
  if (has_entry_form(bytes) && (kind == "receipt" || parse_entry(bytes))) return {};
  return fail(Code::internal,
              "an entry of kind " + std::string(kind) + " cannot be logged: it has not the form of one");
}

// Never tried again: after a failed sync the kernel may have dropped the pages and forgotten the error. No
// space is no excuse here either, because what reached the disk is unknown.
Result<void> sync(File& file) {
  const auto synced = file.sync();
  return synced ? Result<void>() : fail(Code::io, synced.error().detail);
}

}  // namespace

// A batch before it is written: nothing of the log's own state has changed yet. There is one, kept for its
// memory.
struct Appender::Draft {
  void begin(const RightEdge& log, std::uint64_t next_seq, std::size_t entries) {
    tree = log;
    seq = next_seq;
    frames.clear();
    if (frames.capacity() > kKeptRoom) std::string().swap(frames);
    nodes.clear();
    made.clear();
    results.clear();
    results.reserve(entries);
  }

  RightEdge tree;
  std::uint64_t seq = 0;
  std::string frames;
  std::string nodes;
  struct Made {
    std::string_view kind;
    std::size_t begin, size;  // in `frames`
  };
  std::vector<Made> made;
  std::vector<Result<Appended>> results;
  Text entry;  // the one at hand
};

Appender::Appender(Folder folder, Files* files, std::uint64_t segment_bytes, Identity identity, Recovered log)
    : folder_(std::move(folder)),
      files_(*files),
      segment_bytes_(segment_bytes),
      identity_(std::move(identity)),
      tree_(log.tree),
      checkpoint_(std::move(log.checkpoint)),
      pending_(std::move(log.pending)),
      segment_(std::move(log.segment)),
      offset_(log.offset),
      hashes_(std::move(log.hashes)),
      hashes_durable_(log.tree.size()),
      draft_(std::make_unique<Draft>()) {}

Appender::~Appender() = default;

std::vector<Result<Appended>> Appender::commit(const Queue& queue, std::span<const Queued> batch,
                                               std::int64_t at) {
  Draft& next = *draft_;
  draft(next, queue, batch, at);
  if (next.made.empty()) return std::move(next.results);
  make_room();
  if (health_ == Health::broken) {
    refuse(next, Code::unavailable);
    return std::move(next.results);
  }
  const auto written = write(next);
  take(written, "the receipt log cannot be written");
  if (!written) {
    // A disk without room takes no whole batch, and a start drops a piece of one. Of any other failure nobody
    // knows what it left.
    refuse(next, written.error().code == Code::unavailable ? Code::unavailable : Code::io);
    return std::move(next.results);
  }
  if (!publish()) refuse(next, Code::io);
  keep_hashes();
  return std::move(next.results);
}

void Appender::draft(Draft& next, const Queue& queue, std::span<const Queued> batch, std::int64_t at) const {
  next.begin(tree_, seq_, batch.size());
  for (const Queued& queued : batch) {
    if (queued.joined && !next.results.back()) {
      next.results.push_back(next.results.back());
      continue;
    }
    next.entry.clear(kLargestEntry);
    queue.stamp(next.entry, queued, at, next.seq);
    draft_entry(next, queued.kind, next.entry.view());
  }
  append_frame(next.frames, Frame::commit, commit_frame(next.tree, pending_.settled(tree_.size()), false));
}

void Appender::draft_entry(Draft& next, std::string_view kind, std::string_view bytes) const {
  if (auto good = check_made(kind, bytes); !good) {
    next.results.emplace_back(fail(good.error()));
    return;
  }
  const Hash leaf = leaf_hash(bytes);
  next.results.emplace_back(Appended{next.tree.size(), leaf});
  next.tree.append(leaf);
  for (const Hash& hash : next.tree.completed())
    next.nodes.append(bytes_of(hash));
  append_frame(next.frames, Frame::entry, bytes);
  next.made.push_back({kind, next.frames.size() - bytes.size(), bytes.size()});
  ++next.seq;
}

std::string Appender::commit_frame(const RightEdge& tree, std::uint64_t settled, bool clean) const {
  return encode({clean, tree.size(), hashes_durable_, settled, tree.root(), tree.edge(), checkpoint_});
}

// The order is the promise: hashes (derived, not synced), frames, sync. Only then does the log have the
// entries.
Result<void> Appender::write(const Draft& next) {
  auto done = reserve_hashes(next.tree.size());
  const bool used =
      offset_ > kSegmentHeader;  // a segment without entries is not left for another of its name
  if (done && (!segment_ || (used && offset_ + next.frames.size() > segment_bytes_))) done = begin_segment();
  const std::string_view nodes = next.nodes;
  if (done) done = hashes_->write(std::span(&nodes, 1), stored_count(tree_.size()) * sizeof(Hash));
  const std::string_view frames = next.frames;
  if (done) done = segment_->write(std::span(&frames, 1), offset_);
  if (!done) return done;
  done = sync(*segment_);
  if (!done) return done;

  note(next);
  tree_ = next.tree;
  seq_ = next.seq;
  offset_ += next.frames.size();
  return {};
}

// What awaits its receipt. Most entries are receipts while nothing does: those are not even read.
void Appender::note(const Draft& next) {
  std::uint64_t index = tree_.size();
  for (const auto& [kind, begin, size] : next.made) {
    if (pending_.concerned(kind)) {
      const auto bytes = std::string_view(next.frames).substr(begin, size);
      const auto entry = parse_entry(bytes);
      if (entry) pending_.note(index, *entry, bytes);
    }
    ++index;
  }
}

// False when the new head could not be signed. A file that cannot be replaced stops the log but not this
// batch: its entries are durable, and signed in memory.
bool Appender::publish() {
  auto note = sign_checkpoint({tree_.size(), tree_.root()}, identity_.origin, identity_.key);
  if (!note) {
    become(Health::broken, "the receipt log cannot be signed: " + note.error().detail);
    return false;
  }
  checkpoint_ = std::move(*note);
  take(replace_whole(files_, folder_.checkpoint, checkpoint_, false),
       "the log's checkpoint cannot be published");
  return true;
}

// Now and then, so that a start has little to read again; and the spare segment, before it is needed.
void Appender::keep_hashes() {
  if (health_ == Health::broken) return;
  if (tree_.size() - hashes_durable_ >= kHashesEvery) {
    const auto synced = hashes_->sync();
    if (!synced) return become(Health::broken, "the receipt log cannot be written: " + synced.error().detail);
    hashes_durable_ = tree_.size();
  }
  if (health_ == Health::sound && !spare_ && offset_ > segment_bytes_ / 4) {
    take(make_spare(), "no room is left for the receipt log");
  }
}

Result<void> Appender::reserve_hashes(std::uint64_t size) {
  const std::uint64_t end = stored_count(size) * sizeof(Hash);
  if (end <= hashes_room_) return {};
  auto done = hashes_->preallocate(end, kHashesAhead);
  if (done) hashes_room_ = end + kHashesAhead;
  return done;
}

Result<void> Appender::begin_segment() {
  if (!spare_) {
    auto made = make_spare();
    if (!made) return made;
  }
  const std::string head = segment_header(tree_.size(), identity_.origin);
  const std::string_view piece = head;
  auto done = spare_->write(std::span(&piece, 1), 0);
  if (done) done = sync(*spare_);
  if (done) done = files_.rename(folder_.spare, segment_path(folder_.segments, tree_.size()));
  if (!done) return done;
  auto named = files_.sync_folder(folder_.segments);
  if (!named) return fail(Code::io, named.error().detail);
  segment_ = std::move(spare_);
  offset_ = kSegmentHeader;
  return {};
}

Result<void> Appender::make_spare() {
  auto file = files_.open(folder_.spare, Open::create);
  if (!file) return fail(file.error());
  auto done = (*file)->resize(0);
  if (done) done = (*file)->preallocate(0, segment_bytes_);
  if (done) {
    spare_ = std::move(*file);
    return {};
  }
  const auto removed = files_.remove(folder_.spare);
  return removed ? done : removed;
}

void Appender::make_room() {
  if (health_ != Health::full) return;
  if (!spare_ && !make_spare()) return;
  if (!reserve_hashes(tree_.size() + 1)) return;
  become(Health::sound, "");
}

void Appender::finish() {
  if (health_ == Health::broken || !segment_ || !hashes_->sync()) return;
  hashes_durable_ = tree_.size();
  std::string frame;
  append_frame(frame, Frame::commit, commit_frame(tree_, pending_.settled(tree_.size()), true));
  const std::string_view piece = frame;
  auto done = segment_->write(std::span(&piece, 1), offset_);
  if (done) done = segment_->sync();
  // Without this note the next start reads a little more and says that we did not end in order.
  if (!done) log::warning("log.end_not_noted", {{"reason", done.error().detail}});
}

void Appender::take(const Result<void>& done, std::string_view what) {
  if (done) return;
  const Health health = done.error().code == Code::unavailable ? Health::full : Health::broken;
  become(health, std::string(what) + ": " + done.error().detail);
}

void Appender::become(Health health, std::string why) {
  if (health_ == Health::broken) return;
  health_ = health;
  why_ = std::move(why);
  switch (health_) {
    case Health::sound:
      return log::event("log.has_room", {});
    case Health::full:
      return log::warning("log.full", {{"reason", why_}});
    case Health::broken:
      return log::error("log.read_only", {{"reason", why_}});
  }
}

void Appender::refuse(Draft& next, Code code) {
  for (auto& result : next.results) {
    if (result) result = fail(code, why_);
  }
}

}  // namespace holdfast::receipts
