// Recovery: of a log whose files were cut, overwritten, swapped or lost, a start takes a beginning of the log
// that was written, never less than its published checkpoint, and nothing else; doing it again changes
// nothing; and what is refused is left as it was. The input is dice: it says what happens to which file.
#include "receipts/recovery.hpp"

#include <algorithm>

#include "receipts/checkpoint.hpp"
#include "receipts/segment.hpp"
#include "receipts/verify.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/dice.hpp"
#include "tests/fuzz/real_log.hpp"

namespace holdfast::fuzz {
namespace {

using namespace receipts;

void overwrite(std::string& bytes, std::size_t at, std::string_view with) {
  const std::size_t n = std::min(with.size(), bytes.size() - at);
  bytes.replace(at, n, with.substr(0, n));
}

void damage(Dice& dice, const RealLog& real, Bytes& files) {
  const std::string& name = real.damageable[dice.below(real.damageable.size())];
  if (!files.contains(name)) return;
  std::string& bytes = files[name];
  const std::size_t at = dice.below(bytes.size() + 1);
  switch (dice.below(8)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1U << dice.below(8)));
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), '\0');
      break;
    case 3:
      overwrite(bytes, at, dice.take(1 + dice.below(64)));
      break;
    case 4:
      bytes.append(dice.take(1 + dice.below(64)));
      break;
    case 5:
      files.erase(name);
      break;
    case 6: {  // a page of the same file, elsewhere
      const std::string page = bytes.substr(dice.below(bytes.size() + 1), 1 + dice.below(1024));
      overwrite(bytes, at, page);
      break;
    }
    default: {
      const std::string& other = real.damageable[dice.below(real.damageable.size())];
      if (files.contains(other)) std::swap(bytes, files[other]);
    }
  }
}

// The entries that stand before the place where the log goes on.
std::vector<std::string> entries_in(const Folder& folder, const Recovered& log) {
  std::vector<std::string> out;
  const auto files = make_files();
  const auto segments = list_segments(folder.segments).value();
  for (const std::uint64_t first : segments) {
    const auto file = files->open(segment_path(folder.segments, first), Open::read);
    FrameReader reader(file->get(), kSegmentHeader);
    while (reader.next() == FrameReader::Step::frame) {
      if (first == segments.back() && reader.offset() >= log.offset) break;
      if (reader.type() == Frame::entry) out.emplace_back(reader.payload());
    }
  }
  return out;
}

void check_taken(const RealLog& real, const Folder& folder, const Recovered& log, const Bytes& before) {
  const std::uint64_t size = log.tree.size();
  claim(size <= real.entries.size(), "no entry that was never written");
  claim(log.tree.root() == real.roots[size], "the tree is a beginning of the one that was written");
  const auto published = before.find("log/checkpoint");
  if (published != before.end() && published->second == real.files.at("log/checkpoint")) {
    claim(size == real.entries.size(), "never below the published checkpoint", std::to_string(size));
  }
  if (!log.checkpoint.empty()) {
    const auto head = open_checkpoint(log.checkpoint, real.key);
    claim(head && head->size <= size, "never below the newest checkpoint we hold", log.checkpoint);
    claim(head->root == real.roots[head->size], "and it is of this tree");
  }
  if (size == 0) return;
  const Bytes after = read_files(folder.data_dir);
  const std::size_t bytes = stored_count(size) * sizeof(Hash);
  const bool same_hashes = after.at("log/hashes").substr(0, bytes) == real.hashes.substr(0, bytes);
  const auto kept = entries_in(folder, log);
  const bool same_entries = kept.size() == size && std::equal(kept.begin(), kept.end(), real.entries.begin());
  if (same_hashes && same_entries) return;
  // What a published checkpoint vouches for is not read again at a start: then the verifier has to see it.
  const auto report = verify_log(folder.data_dir, real.vkey, "");
  claim(!report || !report->failures.empty(), "what differs does not verify",
        same_hashes ? "entries" : "hashes");
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::fuzz;
  static const RealLog real;
  static const test::TempFolder scratch;
  static const receipts::Folder folder(scratch.path());
  static const auto posix = receipts::make_files();
  Dice dice(text_of(data, size));
  Bytes files = real.files;
  for (std::size_t n = dice.below(5); n > 0; --n)
    damage(dice, real, files);
  write_files(scratch.path(), files);
  auto first = receipts::recover(folder, posix.get(), real.key, kSegmentBytes);
  if (!first) {
    claim(first.error().code == Code::corrupt, "damage is called damage", first.error().detail);
    claim(read_files(scratch.path()) == files, "what is refused is left as it was", first.error().detail);
    claim(files != real.files, "a whole log is not refused", first.error().detail);
    return 0;
  }
  check_taken(real, folder, *first, files);
  const Bytes once = read_files(scratch.path());
  first->hashes.reset();
  first->segment.reset();
  const auto second = receipts::recover(folder, posix.get(), real.key, kSegmentBytes);
  claim(second.has_value(), "what was recovered is recovered again", second ? "" : second.error().detail);
  claim(second->tree.size() == first->tree.size() && second->offset == first->offset, "to the same end");
  claim(read_files(scratch.path()) == once, "and nothing is changed the second time");
  return 0;
}
