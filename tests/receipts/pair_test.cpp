// Two entries that stand or fall together, such as the policy and the roster of one configuration.
#include "tests/receipts/faulty_files.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

class Pair : public LogFixture {
 protected:
  Pair() { options_.batch = 1; }

  json::ObjectText policy(std::size_t bytes = 1) {
    json::ObjectText members;
    members.set("id", id()).set("digest", std::string(bytes, 'x'));
    return members;
  }
  Result<Appended> append_both(Log& log, const json::ObjectText& first) {
    std::promise<Result<Appended>> promise;
    json::ObjectText roster;
    roster.set("id", id()).set("digest", kDigest);
    log.append_both("policy", first, "roster", roster,
                    [&](Result<Appended> result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  // How many of both are in the log.
  static std::size_t there(const Log& log) {
    const auto entries = log.list("", 100, true);
    if (!entries) return 99;
    return static_cast<std::size_t>(std::count_if(entries->begin(), entries->end(), [](const Stored& stored) {
      return stored.entry.find(R"("kind":"policy")") != std::string::npos ||
             stored.entry.find(R"("kind":"roster")") != std::string::npos;
    }));
  }
};

TEST_F(Pair, IsThereWholeAndInItsOrder) {
  open();
  const auto at = append_both(*log_, policy());
  ASSERT_TRUE(at) << at.error().detail;
  const auto entries = log_->list("", 2, true);
  ASSERT_TRUE(entries);
  EXPECT_THAT((*entries)[0].entry, testing::HasSubstr(R"("kind":"roster")"));
  EXPECT_EQ((*entries)[0].index, at->index);
  EXPECT_THAT((*entries)[1].entry, testing::HasSubstr(R"("kind":"policy")"));
}

// One operation after the other fails for want of room: neither of them is there, or both.
TEST_F(Pair, IsNeverHalfThereOnADiskWithoutRoom) {
  bool struck = true;
  for (std::size_t at = 0; struck; ++at) {
    ASSERT_LT(at, 100u);
    options_.data_dir = folder_.path() / std::to_string(at);
    FaultyFiles files;
    auto log = Log::open(options_, &clock_, &files);
    ASSERT_TRUE(log) << log.error().detail;
    files.arm(at, Fault::no_space);
    const auto done = append_both(**log, policy());
    struck = !files.struck().empty();
    log->reset();
    files.arm(1'000'000, Fault::none);
    log = Log::open(options_, &clock_, &files);
    ASSERT_TRUE(log) << log.error().detail;
    const std::size_t found = there(**log);
    EXPECT_TRUE(found == 0 || found == 2) << found << " after operation " << at;
    if (done) EXPECT_EQ(found, 2u) << at;
  }
}

TEST_F(Pair, FallsWithItsFirstWhenThatIsTooLarge) {
  open();
  const auto done = append_both(*log_, policy(70'000));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::too_large);
  EXPECT_EQ(there(*log_), 0u);
  EXPECT_TRUE(append_both(*log_, policy()));
  EXPECT_EQ(there(*log_), 2u);
}

}  // namespace
}  // namespace holdfast::receipts
