// Intent records (law 4): a memory-mapped file per event loop in which a plain allow stands from before its
// first byte leaves until its receipt is durable. It survives kill -9; what stands there at boot becomes a
// receipt `outcome_unknown`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace holdfast::receipts {

// One that an earlier run has left.
struct Intent {
  std::string call;
  std::string agent;
  std::string tool;
  WallTime at;
};

class IntentFile {
 public:
  // <data_dir>/intent/<loop>.intents, made or opened; fixed slots with CRC-32C.
  static Result<std::unique_ptr<IntentFile>> open(const std::filesystem::path& data_dir, int loop);
  virtual ~IntentFile() = default;

  // Loop thread. The slot's number; unavailable when every slot is taken or the mapping cannot grow.
  virtual Result<std::uint32_t> record(std::string_view call, std::string_view agent, std::string_view tool,
                                       WallTime now) = 0;
  // Any thread: the receipt is durable (or the call was certainly not sent).
  virtual void clear(std::uint32_t slot) = 0;
};

// What earlier runs left in every file under <data_dir>/intent, before any is opened; damaged slots are
// reported as intents with an empty call. Clearing happens by opening the files after their receipts are
// durable.
[[nodiscard]] Result<std::vector<Intent>> left_intents(const std::filesystem::path& data_dir);

}  // namespace holdfast::receipts
