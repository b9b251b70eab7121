// How the receipt log is kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace holdfast::receipts {

enum class Mode {
  batched,
  strict
};  // strict: every call has an `authorize` entry before its first byte leaves

struct Options {
  std::filesystem::path data_dir;
  Mode mode = Mode::batched;
  std::string origin;  // empty: holdfast.local/<16 hex made at first start>
  bool is_public = false;
  int batch = 1024;                        // entries a commit takes at most
  std::chrono::microseconds delay{2000};   // how long a commit waits for company
  std::uint64_t segment_bytes = 64 << 20;  // a file of the log; not in the configuration
};

}  // namespace holdfast::receipts
