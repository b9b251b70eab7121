// What the log counts.
#include "tests/receipts/faulty_files.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::HasSubstr;

class LogMetrics : public LogFixture {
 protected:
  [[nodiscard]] std::string page() const {
    metrics::Page page;
    log_->collect(&page);
    return page.text();
  }
  static std::string line(const std::string& name, int value) {
    return "\nholdfast_log_" + name + " " + std::to_string(value) + "\n";
  }
  static int commits(const std::string& page) {
    const std::string name = "holdfast_log_commit_seconds_count ";
    return std::stoi(page.substr(page.find(name) + name.size()));
  }

  static std::function<void(Result<Appended>)> answer(std::promise<Result<Appended>>* promise) {
    return [promise](Result<Appended> result) { promise->set_value(std::move(result)); };
  }

  FaultyFiles faulty_;
};

TEST_F(LogMetrics, EntriesCountByKindOnceTheyAreDurable) {
  open();
  const int before = commits(page());
  EXPECT_THAT(page(), HasSubstr(line("entries_total{kind=\"receipt\"}", 0)));
  EXPECT_THAT(page(), HasSubstr(line("entries_total{kind=\"other\"}", 2)));  // genesis and boot
  const std::string call = id();
  const auto authorized = append("authorize", authorize(call, {approval("alice", "lead")}));
  ASSERT_TRUE(authorized);
  ASSERT_TRUE(append("receipt", released(call, *authorized, {approval("alice", "lead")})));
  ASSERT_TRUE(append("receipt", allowed(id())));
  EXPECT_THAT(page(), HasSubstr(line("entries_total{kind=\"receipt\"}", 2)));
  EXPECT_THAT(page(), HasSubstr(line("entries_total{kind=\"authorize\"}", 1)));
  EXPECT_EQ(commits(page()), before + 3);
  EXPECT_THAT(page(), HasSubstr(line("queue_entries", 0)));
  EXPECT_THAT(page(), HasSubstr(line("writable", 1)));
}

TEST_F(LogMetrics, WhatCannotBeWrittenIsAFailureAndNoEntry) {
  auto opened = Log::open(options_, &clock_, &faulty_);
  ASSERT_TRUE(opened);
  log_ = std::move(*opened);
  faulty_.arm(0, Fault::error);
  ASSERT_FALSE(append("receipt", allowed(id())));
  EXPECT_THAT(page(), HasSubstr(line("append_failures_total", 1)));
  EXPECT_THAT(page(), HasSubstr(line("entries_total{kind=\"receipt\"}", 0)));
  EXPECT_THAT(page(), HasSubstr(line("writable", 0)));
  log_.reset();
}

// The limits receipts.batch and receipts.delay.
TEST_F(LogMetrics, ACommitTakesNoMoreThanABatch) {
  options_.batch = 2;
  open();
  const int before = commits(page());
  std::vector<std::promise<Result<Appended>>> promises(7);
  for (auto& promise : promises)
    log_->append_unhurried("receipt", allowed(id()), answer(&promise));
  for (auto& promise : promises)
    EXPECT_TRUE(promise.get_future().get());
  EXPECT_GE(commits(page()), before + 4);
}

TEST_F(LogMetrics, ACommitWaitsForCompanyAndAFullBatchForNothing) {
  options_.delay = std::chrono::hours(1);
  options_.batch = 3;
  open();
  const int before = commits(page());
  std::vector<std::promise<Result<Appended>>> promises(3);
  for (auto& promise : promises)
    log_->append_unhurried("receipt", allowed(id()), answer(&promise));
  for (auto& promise : promises)
    EXPECT_TRUE(promise.get_future().get());
  EXPECT_EQ(commits(page()), before + 1);
}

TEST_F(LogMetrics, ACommitThatSomebodyWaitsForTakesWhatIsThereAndGoes) {
  options_.delay = std::chrono::hours(1);
  open();
  const int before = commits(page());
  std::promise<Result<Appended>> promise;
  log_->append_unhurried("receipt", allowed(id()), answer(&promise));
  EXPECT_TRUE(append("receipt", allowed(id())));
  EXPECT_TRUE(promise.get_future().get());
  EXPECT_EQ(commits(page()), before + 1);
}

TEST_F(LogMetrics, ACommitWaitsNoLongerThanItsDelay) {
  options_.delay = std::chrono::milliseconds(20);
  options_.batch = 1000;
  open();
  std::promise<Result<Appended>> promise;
  log_->append_unhurried("receipt", allowed(id()), answer(&promise));
  EXPECT_TRUE(promise.get_future().get()) << "alone, it goes when its time is over";
}

}  // namespace
}  // namespace holdfast::receipts
