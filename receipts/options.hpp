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
  int batch = 1024;  // entries a commit takes at most
  // How long a commit that nobody waits for waits for company. Ten milliseconds keep what each commit costs
  // (a signature, a sync) small beside its entries; a crash finds the calls of that time among the intents.
  std::chrono::microseconds delay{10'000};
  std::uint64_t segment_bytes = 64 << 20;  // a file of the log; not in the configuration
};

}  // namespace holdfast::receipts
