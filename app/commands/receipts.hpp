// holdfast receipts: the log read and verified offline, with its process stopped or running.
#pragma once

#include <string>

#include "app/options.hpp"

namespace holdfast::app {

enum class ShowAs { text, entry, proof };

struct VerifyWhat {
  std::string id;          // one entry of the log; empty: see below
  std::string entry_file;  // with proof_file: an entry from anywhere; both empty: the whole log
  std::string proof_file;
  std::string vkey;        // empty: the one in data_dir
  std::string since_file;  // a checkpoint the log must be consistent with
};

// Each returns the process's exit code.
[[nodiscard]] int list_receipts(const CommonOptions& options, const std::string& call, int limit);
// As entry: the exact leaf bytes and nothing else. As proof: the c2sp.org/tlog-proof@v1 text.
[[nodiscard]] int show_receipt(const CommonOptions& options, const std::string& id, ShowAs as);
[[nodiscard]] int verify_receipts(const CommonOptions& options, const VerifyWhat& what);

}  // namespace holdfast::app
