// The receipt log on a real disk: appending with fdatasync and signature, proving, verifying.
#include <benchmark/benchmark.h>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "bench/micro/sample.hpp"
#include "core/clock.hpp"
#include "receipts/log.hpp"
#include "receipts/verify.hpp"

namespace holdfast::bench {
namespace {

constexpr int kEntries = 100'000;
constexpr std::ptrdiff_t kInFlight = 16'384;  // of all producers together; the log's queue takes 65,536

struct OpenLog {
  Scratch scratch;
  receipts::Options options;
  std::unique_ptr<receipts::Log> log;

  OpenLog() {
    options.data_dir = scratch.path() / "data";
    auto opened = receipts::Log::open(options, &system_clock());
    if (!opened) throw std::runtime_error(opened.error().detail);
    log = std::move(*opened);
  }
};

// Appends and waits until all is durable. Returns how many entries were refused.
int append(receipts::Log& log, int entries, std::ptrdiff_t in_flight) {
  std::counting_semaphore<kInFlight> room(in_flight);
  std::atomic<int> refused{0};
  for (int i = 0; i < entries; ++i) {
    room.acquire();
    log.append_unhurried("receipt", receipt(), [&room, &refused](const Result<receipts::Appended>& appended) {
      if (!appended) ++refused;
      room.release();
    });
  }
  for (std::ptrdiff_t i = 0; i < in_flight; ++i)
    room.acquire();
  return refused;
}

void append_batched(benchmark::State& state) {
  OpenLog open;
  const int producers = static_cast<int>(state.range(0));
  std::atomic<int> refused{0};
  for (auto _ : state) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < producers; ++i)
      threads.emplace_back(
          [&] { refused += append(*open.log, kEntries / producers, kInFlight / producers); });
  }
  if (refused != 0) state.SkipWithError("entries were refused");
  state.SetItemsProcessed(state.iterations() * kEntries);
}

// A log that is filled once and then only read.
const OpenLog& filled() {
  static OpenLog open;
  [[maybe_unused]] static const bool full = append(*open.log, kEntries, kInFlight) == 0;
  return open;
}

std::uint64_t some_index(std::uint64_t i) {
  constexpr std::uint64_t kStride = 7919;  // a prime: all over the log
  return i * kStride % kEntries;
}

void proof(benchmark::State& state) {
  const OpenLog& open = filled();
  std::uint64_t i = 0;
  for (auto _ : state) {
    const auto made = open.log->proof(some_index(++i));
    if (!made) return state.SkipWithError(made.error().detail.c_str());
  }
}

// Every entry of a log, as `holdfast receipts verify` does.
void verify_whole_log(benchmark::State& state) {
  const OpenLog& open = filled();
  std::uint64_t entries = 0;
  for (auto _ : state) {
    const auto report = receipts::verify_log(open.options.data_dir, open.log->vkey(), "");
    if (!report || !report->failures.empty()) return state.SkipWithError("the log does not verify");
    entries += report->entries;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(entries));
}

// One entry with its proof and checkpoint, as an auditor gets them: a signature each.
void verify_one_entry(benchmark::State& state) {
  const OpenLog& open = filled();
  const auto listed = open.log->list("", 1, false);
  if (!listed || listed->empty()) return state.SkipWithError("the log is empty");
  const receipts::Stored& stored = listed->front();
  const auto made = open.log->proof(stored.index);
  if (!made) return state.SkipWithError(made.error().detail.c_str());
  const std::string vkey = open.log->vkey();
  for (auto _ : state) {
    if (!receipts::verify_entry(stored.entry, *made, vkey)) return state.SkipWithError("it does not verify");
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(append_batched)
    ->Name("log append, producers")
    ->Arg(1)
    ->Arg(4)
    ->Iterations(3)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK(proof)->Name("proof of one of 100,000 entries");
BENCHMARK(verify_whole_log)->Name("verify a log of 100,000 entries")->UseRealTime()->MeasureProcessCPUTime();
BENCHMARK(verify_one_entry)->Name("verify an entry with its proof");

}  // namespace
}  // namespace holdfast::bench
