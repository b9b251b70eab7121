// A log that was put back from a backup, asked about what others remember of it.
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

class OlderCopy : public LogFixture {};

// A hold that was released keeps the checkpoint of that moment. Put back from an older backup, the log used
// to know nothing of the release, and the approval was given back to be used again.
TEST_F(OlderCopy, KnowsItsOwnCheckpointsAndThatOthersAreMissing) {
  open();
  ASSERT_TRUE(append("receipt", allowed(id())));
  const std::string then = log_->checkpoint();
  log_.reset();
  const auto backup = folder_.path() / "backup";
  std::filesystem::copy(options_.data_dir, backup, std::filesystem::copy_options::recursive);
  open();
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  const std::string now = log_->checkpoint();
  EXPECT_EQ(log_->size_at(then).value(), 3U) << "genesis, boot and one receipt";
  EXPECT_EQ(log_->size_at(now).value(), 24U);
  log_.reset();

  std::filesystem::remove_all(options_.data_dir);
  std::filesystem::copy(backup, options_.data_dir, std::filesystem::copy_options::recursive);
  open();
  EXPECT_EQ(log_->size_at(then).value(), 3U);
  ASSERT_FALSE(log_->size_at(now));
  EXPECT_EQ(log_->size_at(now).error().code, Code::corrupt);
  EXPECT_THAT(log_->size_at(now).error().detail, testing::HasSubstr("is an older copy"));
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(append("receipt", allowed(id())));
  EXPECT_FALSE(log_->size_at(now)) << "as large again, and still not the same";

  std::string foreign = now;
  foreign.insert(0, "x");
  EXPECT_EQ(log_->size_at(foreign).value(), std::nullopt) << "of another log";
  EXPECT_EQ(log_->size_at("").value(), std::nullopt);
}

}  // namespace
}  // namespace holdfast::receipts
