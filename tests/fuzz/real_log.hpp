// A real receipt log of a few segments, made once by the log itself, as bytes to be damaged.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "crypto/note.hpp"
#include "receipts/merkle.hpp"
#include "tests/support/temp_folder.hpp"

namespace holdfast::fuzz {

using Bytes = std::map<std::string, std::string>;  // file name below the data folder -> what is in it

inline constexpr std::uint64_t kSegmentBytes = 4096;

struct RealLog {
  RealLog();

  Bytes files;                          // all of it
  std::vector<std::string> damageable;  // segments, hashes, checkpoint
  std::vector<std::string> entries;
  std::vector<receipts::Hash> roots;  // roots[n] of the first n entries
  std::string hashes;                 // of all entries
  crypto::NoteKey key;
  std::string vkey;
};

// Makes the folder hold exactly these files.
void write_files(const std::filesystem::path& folder, const Bytes& files);
[[nodiscard]] Bytes read_files(const std::filesystem::path& folder);

}  // namespace holdfast::fuzz
