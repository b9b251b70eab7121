#include "receipts/intent.hpp"

#include <thread>

#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Result<std::uint32_t> record(IntentFile& file, const Intent& intent) {
  return file.record(intent.call, intent.agent, intent.tool, intent.at);
}

class Intents : public testing::Test {
 protected:
  Intent intent(const std::string& tool = "payment.send") {
    return {make_uuid7(clock_.wall()).str(), "assistant", tool, clock_.wall()};
  }
  std::unique_ptr<IntentFile> open(int loop = 0) {
    return std::move(*IntentFile::open(folder_.path(), loop));
  }
  std::vector<Intent> left() { return left_intents(folder_.path()).value(); }
  std::filesystem::path file(int loop = 0) {
    return folder_.path() / "intent" / (std::to_string(loop) + ".intents");
  }

  test::TempFolder folder_;
  test::ManualClock clock_;
};

TEST_F(Intents, WhatWasNotClearedIsFoundAtBoot) {
  const Intent gone = intent();
  const Intent stays = intent("crm.update");
  {
    auto file = open();
    const auto slot = record(*file, gone);
    ASSERT_TRUE(record(*file, stays));
    file->clear(*slot);
  }
  const auto found = left();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].call, stays.call);
  EXPECT_EQ(found[0].agent, "assistant");
  EXPECT_EQ(found[0].tool, "crm.update");
  EXPECT_EQ(found[0].at, stays.at);
}

// No destructor runs: what survives is what the kernel has, as after kill -9.
TEST_F(Intents, SurviveWithoutAnyGoodbye) {
  auto file = open();
  ASSERT_TRUE(record(*file, intent()));
  EXPECT_THAT(left(), SizeIs(1));
}

TEST_F(Intents, OpeningAgainForgetsThem) {
  ASSERT_TRUE(record(*open(), intent()));
  open();
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(Intents, FilesOfLoopsThatAreNoMoreGoAwayToo) {
  ASSERT_TRUE(record(*open(7), intent()));
  ASSERT_THAT(left(), SizeIs(1));
  const auto zero = open(0);
  ASSERT_TRUE(record(*zero, intent()));
  const auto one = open(1);  // does not take away that of a loop of this run
  ASSERT_TRUE(record(*one, intent()));
  EXPECT_THAT(left(), SizeIs(2));
  EXPECT_FALSE(std::filesystem::exists(file(7)));
}

TEST_F(Intents, ADamagedSlotIsAnIntentWithoutACall) {
  ASSERT_TRUE(record(*open(), intent()));
  const std::string bytes = slurp(file());
  for (std::size_t at = 256; at < 512; ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    spit(file(), changed);
    const auto found = left();
    ASSERT_THAT(found, SizeIs(1)) << at;
    EXPECT_EQ(found[0].call, "") << at;
  }
}

TEST_F(Intents, ADamagedHeaderIsReported) {
  open();
  std::string bytes = slurp(file());
  bytes[3] = 'X';
  spit(file(), bytes);
  EXPECT_THAT(left(), SizeIs(1));
}

TEST_F(Intents, GrowBeyondTheFirstBlock) {
  auto file = open();
  std::set<std::uint32_t> slots;
  for (int i = 0; i < 5000; ++i)
    slots.insert(record(*file, intent()).value());
  EXPECT_THAT(slots, SizeIs(5000));
  EXPECT_THAT(left(), SizeIs(5000));
  for (const std::uint32_t slot : slots)
    file->clear(slot);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(Intents, AreClearedFromAnotherThreadWhileTheLoopRecords) {
  auto file = open();
  std::vector<std::uint32_t> slots;
  for (int i = 0; i < 2000; ++i)
    slots.push_back(record(*file, intent()).value());
  std::thread other([&] {
    for (const std::uint32_t slot : slots)
      file->clear(slot);
  });
  for (int i = 0; i < 4000; ++i)
    ASSERT_TRUE(record(*file, intent()));
  other.join();
  EXPECT_THAT(left(), SizeIs(4000));
}

TEST_F(Intents, NamesThatAreTooLongAreCutAtACharacter) {
  Intent long_one = intent();
  long_one.agent = std::string(71, 'a') + "\xC3\xA9";
  ASSERT_TRUE(record(*open(), long_one));
  EXPECT_EQ(left().at(0).agent, std::string(71, 'a'));
}

TEST_F(Intents, AFileInUseIsRefused) {
  const auto file = open();
  EXPECT_FALSE(IntentFile::open(folder_.path(), 0));
}

TEST_F(Intents, NoFolderIsNoIntents) {
  EXPECT_THAT(left(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::receipts
