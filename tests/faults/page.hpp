// The page by which a test steers the layer: the program under test maps it, the test writes it (layer.mjs
// has the same offsets and numbers).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace holdfast::faults {

// Bits, so that a plan can choose among them.
enum class Kind : std::uint64_t { write = 1, sync = 2, size = 4, name = 8, send = 16 };
enum class Part : std::uint64_t { log = 1, store = 2, other = 4, network = 8 };

enum class Action : std::uint64_t {
  go = 0,
  fail = 1,       // nothing is done, and the caller gets the errno of the plan
  stop = 2,       // kill -9 before it
  tear = 3,       // kill -9 after the first half of it
  after = 4,      // kill -9 behind it, before the caller hears of it
  cut = 5,        // the power goes before it: what was not synced is lost, all of it or in parts
  after_cut = 6,  // the same behind it
  freeze = 7,     // the thread stands still before it for good, and the others go on
};

struct Page {
  std::atomic<std::uint64_t> counted;   // operations so far, of the kinds and parts of the plan
  std::atomic<std::uint64_t> at;        // the one to strike; 0: none
  std::atomic<std::uint64_t> action;    // Action
  std::atomic<std::uint64_t> error;     // errno for Action::fail
  std::atomic<std::uint64_t> kinds;     // of Kind
  std::atomic<std::uint64_t> parts;     // of Part
  std::atomic<std::uint64_t> lasting;   // 1: every one from there on
  std::atomic<std::uint64_t> seed;      // of what a power cut takes
  std::atomic<std::uint64_t> remember;  // 1, from the start on: keep what a power cut could take
  std::atomic<std::int64_t> wall;       // milliseconds added to the wall clock
  std::atomic<std::uint64_t> struck;    // times
  std::uint64_t reserved;
  std::array<char, 160> what;  // the operation that was struck, for people
};
static_assert(sizeof(Page) == 256);

}  // namespace holdfast::faults
