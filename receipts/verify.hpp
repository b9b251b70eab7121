// Offline verification: what anybody can check with the log's public key and nothing else of ours.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::receipts {

// One entry with its proof against a pinned key. Errors say precisely which check failed.
struct Verified {
  std::uint64_t index = 0;
  std::uint64_t tree_size = 0;
  std::string summary;  // one line: kind, id, what the entry says
};
[[nodiscard]] Result<Verified> verify_entry(std::string_view entry, std::string_view proof,
                                            std::string_view vkey);

// The whole log in <data_dir>, with its process stopped or running: every entry, hash and checkpoint,
// completeness (seq), the rules of sense and quorums of 05-receipts. `since`: an older or newer checkpoint
// text this log must be consistent with; empty: none.
struct LogReport {
  std::uint64_t entries = 0;
  std::uint64_t receipts = 0;
  std::string checkpoint;
  std::vector<std::string> failures;  // one sentence each; empty: all is well
};
[[nodiscard]] Result<LogReport> verify_log(const std::filesystem::path& data_dir, std::string_view vkey,
                                           std::string_view since);

// The vkey the log in this folder was begun with. It proves nothing about a log that somebody else may have
// written.
[[nodiscard]] Result<std::string> read_vkey(const std::filesystem::path& data_dir);

}  // namespace holdfast::receipts
