#include "receipts/archive.hpp"

#include <algorithm>
#include <charconv>

#include "core/id.hpp"
#include "receipts/entry.hpp"
#include "receipts/recovery.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::size_t kIndexes = 4;  // segments whose offsets are kept
constexpr std::size_t kBlock = 256;  // entries read at once
constexpr std::uint64_t kDoubt = std::uint64_t{24} * 3600;

// Seconds of a UUIDv7's time, with a day's doubt taken off: clocks step, and an id is older than its entry.
std::uint64_t not_before(std::string_view id) {
  std::string hex(id.substr(0, 8));
  hex.append(id.substr(9, 4));
  std::uint64_t milliseconds = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), milliseconds, 16);
  const std::uint64_t seconds = milliseconds / 1000;
  return seconds > kDoubt ? seconds - kDoubt : 0;
}

Error damaged(std::uint64_t index) {
  return {Code::corrupt,
          "entry " + std::to_string(index) + " of the log is damaged: run holdfast receipts verify --all"};
}

}  // namespace

Result<Stored> Archive::at(std::uint64_t index, std::uint64_t size) {
  const std::scoped_lock lock(m_);
  if (index >= size) return fail(Code::not_found, "the log has no entry " + std::to_string(index));
  auto done = refresh(size);
  if (!done) return fail(done.error());
  const auto next = std::upper_bound(segments_.begin(), segments_.end(), index);
  if (next == segments_.begin()) return fail(damaged(index));
  const std::uint64_t first = *std::prev(next);
  const auto found = index_of(first, next == segments_.end() ? size : *next);
  if (!found) return fail(found.error());
  auto entry = read_entry(**found, static_cast<std::size_t>(index - first));
  if (!entry) return fail(entry.error());
  return Stored{index, std::move(*entry)};
}

Result<Stored> Archive::find(std::string_view id, std::uint64_t size) {
  const std::scoped_lock lock(m_);
  const Error missing{Code::not_found, "the log has no entry of this id"};
  if (!is_uuid7(id)) return fail(missing);
  Result<Stored> found = fail(missing);
  const Search search{"\"id\":\"" + std::string(id) + "\"", not_before(id)};
  auto done = visit(search, size, [&](Stored stored) {
    const auto entry = parse_entry(stored.entry);
    if (!entry || entry->id != id) return true;
    found = std::move(stored);
    return false;
  });
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<Stored>> Archive::list(std::string_view call, std::size_t limit, bool all_kinds,
                                          std::uint64_t size) {
  const std::scoped_lock lock(m_);
  std::vector<Stored> found;
  if (limit == 0 || (!call.empty() && !is_uuid7(call))) return found;
  Search search{all_kinds ? "" : "\"kind\":\"receipt\"", 0};
  if (!call.empty()) search = {"\"call\":\"" + std::string(call) + "\"", not_before(call)};
  auto done = visit(search, size, [&](Stored stored) {
    const auto entry = parse_entry(stored.entry);
    const bool wanted = entry && (all_kinds || entry->kind == "receipt") &&
                        (call.empty() || text_of(&entry->root(), "call") == call);
    if (wanted) found.push_back(std::move(stored));
    return found.size() < limit;
  });
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<Stored>> Archive::list_call_since(std::string_view call, std::uint64_t first,
                                                     std::uint64_t size) {
  const std::scoped_lock lock(m_);
  std::vector<Stored> found;
  const Search search{"\"call\":\"" + std::string(call) + "\"", 0, first};
  auto done = visit(search, size, [&](Stored stored) {
    const auto entry = parse_entry(stored.entry);
    if (stored.index >= first && entry && text_of(&entry->root(), "call") == call)
      found.push_back(std::move(stored));
    return true;
  });
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<Stored>> Archive::list_held_since(std::uint64_t first, std::uint64_t size) {
  const std::scoped_lock lock(m_);
  std::vector<Stored> found;
  const Search search{"\"hold\":\"", 0, first};
  auto done = visit(search, size, [&](Stored stored) {
    const auto entry = parse_entry(stored.entry);
    if (stored.index >= first && entry && entry->kind == "receipt" &&
        !text_of(&entry->root(), "hold").empty())
      found.push_back(std::move(stored));
    return true;
  });
  if (!done) return fail(done.error());
  return found;
}

Result<std::string> Archive::prove(std::uint64_t index, std::string_view checkpoint,
                                   const crypto::NoteKey& key) {
  const auto head = head_of(checkpoint, key);
  if (!head) return fail(head.error());
  const auto stored = at(index, head->size);
  if (!stored) return fail(stored.error());
  const std::scoped_lock lock(m_);
  const auto nodes = hashes();
  if (!nodes) return fail(nodes.error());
  auto siblings = inclusion_proof(index, head->size, proof_nodes_.reader(*nodes, index));
  if (!siblings) return fail(siblings.error());
  if (!verify_inclusion(leaf_hash(stored->entry), index, head->size, *siblings, head->root)) {
    return fail(Code::corrupt, "entry " + std::to_string(index) +
                                   " does not lead to the signed root: run holdfast receipts verify --all");
  }
  return to_text({index, std::move(*siblings), std::string(checkpoint)});
}

Result<std::optional<std::uint64_t>> Archive::size_at(const std::string& kept, std::uint64_t size,
                                                      const crypto::NoteKey& key) {
  if (kept.substr(0, kept.find('\n')) != key.name) return std::optional<std::uint64_t>();
  const auto then = open_checkpoint(kept, key);
  if (!then) return fail(Code::corrupt, "a checkpoint of this log does not hold: " + then.error().detail);
  if (then->size <= size) {
    const auto root = root_of(then->size);
    if (!root) return fail(root.error());
    if (*root == then->root) return std::optional(then->size);
  }
  return fail(Code::corrupt, "the log in " + folder_.root.string() + " is an older copy: it had " +
                                 std::to_string(then->size) + " entries once that are not in it now" +
                                 std::string(kWhatToDo));
}

Result<Hash> Archive::root_of(std::uint64_t size) {
  const std::scoped_lock lock(m_);
  const auto nodes = hashes();
  if (!nodes) return fail(nodes.error());
  const auto tree = read_edge(size, node_reader(*nodes));
  if (!tree) return fail(tree.error());
  return tree->root();
}

Result<const File*> Archive::hashes() {
  if (!hashes_) {
    auto file = files_.open(folder_.hashes, Open::read);
    if (!file) return fail(file.error());
    hashes_ = std::move(*file);
  }
  return hashes_.get();
}

// Many proofs are asked for under one checkpoint, and its signature costs more than all the rest of a proof.
Result<Checkpoint> Archive::head_of(std::string_view checkpoint, const crypto::NoteKey& key) {
  const std::scoped_lock lock(m_);
  if (!checked_.empty() && checkpoint == checked_) return checked_head_;
  const auto head = open_checkpoint(checkpoint, key);
  if (!head) return fail(head.error());
  checked_ = checkpoint;
  checked_head_ = *head;
  return head;
}

Result<void> Archive::refresh(std::uint64_t size) {
  if (size <= known_) return {};
  // A segment that begins behind the committed entries is of no interest yet.
  auto segments = list_segments(folder_.segments);
  if (!segments) return fail(segments.error());
  std::erase_if(*segments, [&](std::uint64_t first) { return first >= size; });
  segments_ = std::move(*segments);
  known_ = size;
  return {};
}

Result<Archive::Index*> Archive::index_of(std::uint64_t first, std::uint64_t end) {
  auto known =
      std::find_if(indexes_.begin(), indexes_.end(), [&](const Index& i) { return i.first == first; });
  if (known == indexes_.end()) {
    auto file = files_.open(segment_path(folder_.segments, first), Open::read);
    if (!file) return fail(file.error());
    indexes_.push_front({first, std::move(*file), {}, kSegmentHeader});
    if (indexes_.size() > kIndexes) indexes_.pop_back();
  } else {
    indexes_.splice(indexes_.begin(), indexes_, known);
  }
  auto walked = walk(indexes_.front(), end - first);
  if (!walked) return fail(walked.error());
  return &indexes_.front();
}

Result<void> Archive::walk(Index& index, std::uint64_t count) {
  FrameReader reader(index.file.get(), index.walked);
  while (index.offsets.size() < count) {
    const auto step = reader.next();
    if (step == FrameReader::Step::failed) return fail(reader.error());
    if (step != FrameReader::Step::frame) return fail(damaged(index.first + index.offsets.size()));
    if (reader.type() == Frame::entry) index.offsets.push_back(static_cast<std::uint32_t>(reader.offset()));
    index.walked = reader.end_offset();
  }
  return {};
}

Result<std::string> Archive::read_entry(const Index& index, std::size_t number) {
  FrameReader reader(index.file.get(), index.offsets.at(number), FrameReader::kOne);
  const auto step = reader.next();
  if (step == FrameReader::Step::failed) return fail(reader.error());
  if (step != FrameReader::Step::frame || !reader.intact()) return fail(damaged(index.first + number));
  return std::string(reader.payload());
}

Result<void> Archive::visit(const Search& search, std::uint64_t size, const Visitor& visitor) {
  auto done = refresh(size);
  if (!done) return done;
  std::uint64_t end = size;
  for (auto first = segments_.rbegin(); first != segments_.rend(); ++first) {
    if (*first >= end) continue;  // known by a reader who saw a later head
    const auto index = index_of(*first, end);
    if (!index) return fail(index.error());
    for (std::size_t last = static_cast<std::size_t>(end - *first); last > 0;) {
      const std::size_t begin = last > kBlock ? last - kBlock : 0;
      const auto on = visit_block(**index, begin, last, search, visitor);
      if (!on) return fail(on.error());
      if (!*on || *first + begin <= search.first) return {};
      last = begin;
    }
    end = *first;
  }
  return {};
}

Result<bool> Archive::visit_block(const Index& index, std::size_t begin, std::size_t end,
                                  const Search& search, const Visitor& visitor) {
  FrameReader reader(index.file.get(), index.offsets.at(begin));
  std::vector<Stored> fitting;
  std::string newest;
  for (std::size_t number = begin; number < end;) {
    const auto step = reader.next();
    if (step == FrameReader::Step::failed) return fail(reader.error());
    if (step != FrameReader::Step::frame) return fail(damaged(index.first + number));
    if (reader.type() != Frame::entry) continue;
    if (reader.payload().find(search.needle) != std::string_view::npos) {
      if (!reader.intact()) return fail(damaged(index.first + number));
      fitting.push_back({index.first + number, std::string(reader.payload())});
    }
    if (++number == end) newest = reader.payload();
  }
  for (auto stored = fitting.rbegin(); stored != fitting.rend(); ++stored) {
    if (!visitor(std::move(*stored))) return false;
  }
  const auto entry = parse_entry(newest);
  return !entry || entry->at >= search.not_before;
}

}  // namespace holdfast::receipts
