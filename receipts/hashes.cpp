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

}  // namespace holdfast::receipts
