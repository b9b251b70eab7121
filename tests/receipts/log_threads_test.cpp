// The log with many callers at once.
#include <atomic>
#include <set>
#include <thread>

#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class SharedLog : public LogFixture {};

TEST_F(SharedLog, CallersOfOneBatchGetConsecutiveEntries) {
  options_.delay = std::chrono::milliseconds(20);
  open();
  std::vector<std::promise<Result<Appended>>> promises(50);
  for (auto& promise : promises) {
    log_->append_unhurried("receipt", allowed(id()),
                           [&](Result<Appended> r) { promise.set_value(std::move(r)); });
  }
  for (std::uint64_t i = 0; i < promises.size(); ++i)
    EXPECT_EQ(promises[i].get_future().get()->index, 2 + i);
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(SharedLog, ManyThreadsAppendAtOnce) {
  open();
  std::vector<std::thread> threads;
  std::mutex m;
  std::set<std::uint64_t> indexes;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const auto at =
            append("receipt", allowed(make_uuid7(WallTime{Milliseconds{1'760'000'000'000}}).str()));
        const std::scoped_lock lock(m);
        indexes.insert(at.value().index);
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_THAT(indexes, SizeIs(400));
  EXPECT_EQ(*indexes.rbegin(), 401U);
  EXPECT_THAT(failures(), IsEmpty());
}

// Readers with different heads share what is known of the segments.
TEST_F(SharedLog, IsReadFromManyThreadsWhileItGrows) {
  options_.segment_bytes = 8 * 1024;
  open();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto listed = log_->list("", 5, true);
        if (!listed || listed->empty()) {
          ++wrong;
          continue;
        }
        const Stored& newest = listed->front();
        const auto proof = log_->proof(newest.index);
        if (!proof || !verify_entry(newest.entry, *proof, log_->vkey())) ++wrong;
        if (!log_->find(parse_entry(newest.entry)->id)) ++wrong;
      }
    });
  }
  for (int i = 0; i < 150; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  stop = true;
  for (auto& reader : readers)
    reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace holdfast::receipts
