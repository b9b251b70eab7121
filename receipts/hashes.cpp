#include "receipts/hashes.hpp"

#include <span>

namespace holdfast::receipts {
namespace {

// The subtrees read at once have 2^7 leaves: 255 hashes, two pages.
constexpr unsigned kNearLevels = 7;
constexpr std::size_t kNear = (2U << kNearLevels) - 1;
constexpr unsigned kKeptBits = 12;  // 4,096 nodes above them, which is all of a log of half a million entries

}  // namespace

NodeReader node_reader(const File* hashes) {
  return [hashes](unsigned level, std::uint64_t n) -> Result<Hash> {
    Hash hash;
    const std::span<char> into(reinterpret_cast<char*>(hash.data()), hash.size());
    const auto got = hashes->read(into, stored_position(level, n) * sizeof(Hash));
    if (!got) return fail(got.error());
    if (*got != hash.size()) return fail(Code::corrupt, "the file of the log's hashes is too short");
    return hash;
  };
}

NodeReader ProofNodes::reader(const File* hashes, std::uint64_t index) {
  near_begin_ = stored_position(0, index >> kNearLevels << kNearLevels);
  near_.resize(kNear);
  kept_.resize(std::size_t{1} << kKeptBits);
  const std::span<char> into(reinterpret_cast<char*>(near_.data()), kNear * sizeof(Hash));
  const auto got = hashes->read(into, near_begin_ * sizeof(Hash));
  near_.resize(got.value_or(0) / sizeof(Hash));  // what cannot be read now is asked for again, one by one
  return [this, read = node_reader(hashes)](unsigned level, std::uint64_t n) -> Result<Hash> {
    const std::uint64_t position = stored_position(level, n);
    if (const Hash* found = nearby(position)) return *found;
    if (level < kNearLevels) return read(level, n);
    Kept& kept = place_of(position);
    if (kept.position == position) return kept.hash;
    auto hash = read(level, n);
    if (hash) kept = {position, *hash};
    return hash;
  };
}

const Hash* ProofNodes::nearby(std::uint64_t position) {
  const bool here = position >= near_begin_ && position - near_begin_ < near_.size();
  return here ? &near_[position - near_begin_] : nullptr;
}

// Nodes of one level stand at like distances; the multiplication (Fibonacci hashing) scatters them.
ProofNodes::Kept& ProofNodes::place_of(std::uint64_t position) {
  return kept_[position * 0x9E3779B97F4A7C15 >> (64 - kKeptBits)];
}

void StoredHashes::compare(const RightEdge& tree) {
  if (file_ == nullptr || first_wrong_) return;
  const std::uint64_t index = tree.size() - 1;
  const auto completed = tree.completed();
  std::string stored(completed.size() * sizeof(Hash), '\0');
  const auto got = file_->read(stored, stored_count(index) * sizeof(Hash));
  std::string_view rest = stored;
  for (const Hash& hash : completed) {
    const std::string_view one = rest.substr(0, sizeof(Hash));
    if (!got || *got != stored.size() || one != crypto::bytes_of(hash)) first_wrong_ = index;
    rest.remove_prefix(sizeof(Hash));
  }
}

}  // namespace holdfast::receipts
