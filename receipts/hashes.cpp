#include "receipts/hashes.hpp"

#include <span>

namespace holdfast::receipts {

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
