// The log with every one of its file operations failing in turn. Whatever happens, what was acknowledged is
// there after the next start, under proofs that verify, in a log that verifies.
#include "crypto/encoding.hpp"
#include "crypto/keys.hpp"
#include "receipts/checkpoint.hpp"
#include "tests/receipts/faulty_files.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

enum class Loss { none, power };

struct Case {
  const char* name;
  Fault fault;
  Loss loss;
};

class Faults : public LogFixture {
 protected:
  Faults() {
    options_.segment_bytes = 2048;  // so that segments roll within a few entries
    EXPECT_TRUE(crypto::make_key(folder_.path(), crypto::Purpose::log));
  }

  // A new place for a log. One key for all of them: making it is not what fails here, and it is slow.
  void begin(std::size_t at) {
    options_.data_dir = folder_.path() / std::to_string(at);
    std::filesystem::create_directories(options_.data_dir);
    std::filesystem::copy(folder_.path() / "keys", options_.data_dir / "keys",
                          std::filesystem::copy_options::recursive);
    acknowledged_.clear();
    refused_.clear();
    checkpoint_.clear();
  }

  // Appends until one is refused; what was acknowledged stays in acknowledged_.
  void work(Log& log, int entries, Fault fault = Fault::none) {
    for (int i = 0; i < entries; ++i) {
      const std::string entry_id = id();
      auto at = append_to(log, "receipt", allowed(id(), entry_id));
      if (!at) {
        if (at.error().code == Code::unavailable) refused_.push_back(entry_id);
        if (fault == Fault::error || fault == Fault::torn) expect_read_only(log);
        continue;
      }
      acknowledged_.emplace_back(entry_id, *at);
      checkpoint_ = log.checkpoint();
    }
  }

  // Never tried again: a failed sync may have lost what a second one would report as saved.
  void expect_read_only(Log& log) {
    EXPECT_FALSE(log.writable());
    EXPECT_THAT(log.why_not_writable(), HasSubstr("by the test"));
    const auto again = append_to(log, "receipt", allowed(id()));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::unavailable);
  }

  void expect_nothing_lost(std::size_t at) {
    auto opened = Log::open(options_, &clock_, &sound_);
    ASSERT_TRUE(opened) << "operation " << at << ": " << opened.error().detail;
    log_ = std::move(*opened);
    // Who is told that nothing was written gives the approval back, and the call may be sent later.
    for (const std::string& entry_id : refused_)
      EXPECT_FALSE(log_->find(entry_id)) << "operation " << at << ": " << entry_id << " was written";
    for (const auto& [entry_id, appended] : acknowledged_) {
      const auto stored = log_->find(entry_id);
      ASSERT_TRUE(stored) << "operation " << at << ": entry " << appended.index << " is lost";
      EXPECT_EQ(stored->index, appended.index);
      EXPECT_EQ(leaf_hash(stored->entry), appended.leaf);
      EXPECT_TRUE(verify_entry(stored->entry, *log_->proof(stored->index), log_->vkey()))
          << "operation " << at;
    }
    EXPECT_TRUE(append("receipt", allowed(id())));
    EXPECT_THAT(failures(checkpoint_), IsEmpty()) << "operation " << at;
    log_.reset();
  }

  FaultyFiles sound_;  // without a fault
  std::vector<std::pair<std::string, Appended>> acknowledged_;
  std::vector<std::string> refused_;  // as unavailable
  std::string checkpoint_;
  struct LogFirst {  // the log goes before the files it uses
    std::unique_ptr<Log>* log;
    ~LogFirst() { log->reset(); }
  } log_first_{&log_};
};

class FaultAt : public Faults, public testing::WithParamInterface<Case> {};

TEST_P(FaultAt, NothingAcknowledgedIsLost) {
  std::string struck = "?";
  std::size_t at = 0;
  for (; !struck.empty(); ++at) {
    begin(at);
    FaultyFiles files;
    {
      auto first =
          Log::open(options_, &clock_, &files);  // a sound beginning, and a second start that meets the fault
      ASSERT_TRUE(first);
      work(**first, 3);
    }
    files.arm(at, GetParam().fault);
    if (auto log = Log::open(options_, &clock_, &files)) {
      work(**log, 6, GetParam().fault);
      struck = files.struck();
      if (GetParam().fault == Fault::no_space && !struck.empty() && struck != "sync") {
        EXPECT_TRUE(append_to(**log, "receipt", allowed(id()))) << "operation " << at << ", " << struck;
        EXPECT_TRUE((*log)->writable()) << "the disk had room again, operation " << at << ", " << struck;
      }
      if (GetParam().loss == Loss::power) files.arm(0, Fault::stop);
    } else {
      struck = files.struck();
    }
    if (GetParam().loss == Loss::power) files.cut_power();
    expect_nothing_lost(at);
    std::filesystem::remove_all(options_.data_dir);
  }
  EXPECT_GT(at, 30U) << "the faults must reach every operation of the run";
}

INSTANTIATE_TEST_SUITE_P(
    EveryOperation, FaultAt,
    testing::Values(Case{"Error", Fault::error, Loss::none}, Case{"NoSpace", Fault::no_space, Loss::none},
                    Case{"Torn", Fault::torn, Loss::none}, Case{"TornFull", Fault::torn_full, Loss::none},
                    Case{"Stop", Fault::stop, Loss::none}, Case{"TornStop", Fault::torn_stop, Loss::none},
                    Case{"PowerCut", Fault::stop, Loss::power},
                    Case{"TornPowerCut", Fault::torn_stop, Loss::power},
                    Case{"ErrorThenPowerCut", Fault::error, Loss::power}),
    [](const auto& info) { return info.param.name; });

// A sync fails, the process restarts, the kernel shows it what the disk never got, and then the power goes.
TEST_F(Faults, WhatAFailedSyncDroppedIsWrittenAgain) {
  std::string struck = "?";
  for (std::size_t at = 0; !struck.empty(); ++at) {
    begin(at);
    FaultyFiles files;
    auto first = Log::open(options_, &clock_, &files);
    ASSERT_TRUE(first);
    files.arm(at, Fault::error);
    work(**first, 6);
    struck = files.struck();
    first->reset();
    files.arm(0, Fault::none);
    auto second = Log::open(options_, &clock_, &files);
    ASSERT_TRUE(second) << second.error().detail;
    work(**second, 1);
    files.arm(0, Fault::stop);
    second->reset();
    files.cut_power();
    expect_nothing_lost(at);
    std::filesystem::remove_all(options_.data_dir);
  }
}

// The first start of all, when there is nothing yet to be lost, must still leave something that can be
// started.
class FirstStart : public FaultAt {};

TEST_P(FirstStart, CanBeTriedAgain) {
  std::string struck = "?";
  for (std::size_t at = 0; !struck.empty(); ++at) {
    begin(at);
    FaultyFiles files;
    files.arm(at, GetParam().fault);
    static_cast<void>(Log::open(options_, &clock_, &files).has_value());
    struck = files.struck();
    if (GetParam().loss == Loss::power) files.cut_power();
    expect_nothing_lost(at);
    std::filesystem::remove_all(options_.data_dir);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryOperation, FirstStart,
                         testing::Values(Case{"Stop", Fault::stop, Loss::none},
                                         Case{"TornStop", Fault::torn_stop, Loss::none},
                                         Case{"TornPowerCut", Fault::torn_stop, Loss::power}),
                         [](const auto& info) { return info.param.name; });

class FullDisk : public LogFixture {};

TEST_F(FullDisk, RefusesEarlyKeepsRoomForTheLastEntriesAndClears) {
  options_.segment_bytes = 64 * 1024;
  FaultyFiles files;
  auto opened = Log::open(options_, &clock_, &files);
  ASSERT_TRUE(opened);
  Log& log = **opened;
  bool full = false;
  int after = 0;
  for (int i = 0; i < 1000 && after < 20; ++i) {
    if (i == 5) files.fill_disk(true);
    const auto at = append_to(log, "receipt", allowed(id()));
    ASSERT_TRUE(at) << i << ": " << at.error().detail;
    full = !log.writable();
    if (full) ++after;
  }
  ASSERT_TRUE(full);
  EXPECT_THAT(log.why_not_writable(), HasSubstr("no space left"));
  EXPECT_EQ(after, 20) << "entries of running calls still have room";
  files.fill_disk(false);
  ASSERT_TRUE(append_to(log, "receipt", allowed(id())));
  EXPECT_TRUE(log.writable());
  opened->reset();
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(FullDisk, RefusesEverythingWhenTheLastRoomIsGone) {
  options_.segment_bytes = 8 * 1024;
  FaultyFiles files;
  auto opened = Log::open(options_, &clock_, &files);
  ASSERT_TRUE(opened);
  files.fill_disk(true);
  Result<Appended> at = Appended{};
  for (int i = 0; i < 100 && at; ++i)
    at = append_to(**opened, "receipt", allowed(id()));
  ASSERT_FALSE(at);
  EXPECT_EQ(at.error().code, Code::unavailable);
  EXPECT_THAT(at.error().detail, HasSubstr("no space left"));
  files.fill_disk(false);
  EXPECT_TRUE(append_to(**opened, "receipt", allowed(id())));
  opened->reset();
  EXPECT_THAT(failures(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::receipts
