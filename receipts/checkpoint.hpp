// The signed head of the log (c2sp.org/tlog-checkpoint) and the proof of one entry under it
// (c2sp.org/tlog-proof).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "crypto/note.hpp"
#include "receipts/merkle.hpp"

namespace holdfast::receipts {

struct Checkpoint {
  std::uint64_t size = 0;
  Hash root{};
};

[[nodiscard]] Result<std::string> sign_checkpoint(const Checkpoint& head, std::string_view origin,
                                                  const crypto::SigningKey& key);

// The head, once the note has been found signed by `key`, whose name is the log's origin. Errors: malformed,
// unauthenticated.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const crypto::NoteKey& key);

struct Proof {
  std::uint64_t index = 0;
  std::vector<Hash> siblings;  // from the leaf's to the root's child
  std::string checkpoint;      // the signed note, as it is
};

[[nodiscard]] std::string to_text(const Proof& proof);
// Errors: malformed. An `extra` line is refused: we write none, and nothing signs it.
[[nodiscard]] Result<Proof> parse_proof(std::string_view text);

}  // namespace holdfast::receipts
