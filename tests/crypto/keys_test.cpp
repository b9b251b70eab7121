#include "crypto/keys.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;

class Keys : public testing::Test {
 protected:
  std::filesystem::path file() const { return key_path(folder_.path(), Purpose::log); }
  void write(std::string_view bytes) const {
    std::filesystem::create_directories(file().parent_path());
    std::ofstream(file(), std::ios::binary) << bytes;
    ::chmod(file().c_str(), 0600);
  }
  test::TempFolder folder_;
};

TEST_F(Keys, AMadeKeyIsReadAgain) {
  const auto made = make_key(folder_.path(), Purpose::log);
  ASSERT_TRUE(made);
  const auto loaded = load_key(folder_.path(), Purpose::log);
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ((*loaded)->public_key(), made->public_key());
}

TEST_F(Keys, OnlyTheOwnerMayReadThem) {
  ASSERT_TRUE(make_key(folder_.path(), Purpose::log));
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  ASSERT_EQ(::stat(file().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(Keys, AKeyIsNeverOverwritten) {
  const auto first = make_key(folder_.path(), Purpose::log);
  const auto second = make_key(folder_.path(), Purpose::log);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::conflict);
  EXPECT_EQ((*load_key(folder_.path(), Purpose::log))->public_key(), first->public_key());
}

TEST_F(Keys, ADraftOfADeadStartIsNotAKey) {
  write("");
  std::filesystem::rename(file(), file().string() + ".new");
  EXPECT_FALSE(*load_key(folder_.path(), Purpose::log));
  EXPECT_TRUE(make_key(folder_.path(), Purpose::log));
}

TEST_F(Keys, NoFileIsNoKey) {
  const auto loaded = load_key(folder_.path(), Purpose::log);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(*loaded);
}

TEST_F(Keys, AKeyOthersCanUseIsRefused) {
  ASSERT_TRUE(make_key(folder_.path(), Purpose::log));
  for (const mode_t mode : {0640, 0604, 0620, 0660, 0610}) {
    ::chmod(file().c_str(), mode);
    const auto loaded = load_key(folder_.path(), Purpose::log);
    ASSERT_FALSE(loaded) << mode;
    EXPECT_EQ(loaded.error().code, Code::forbidden);
    EXPECT_THAT(loaded.error().detail, HasSubstr("chmod 600"));
  }
}

TEST_F(Keys, AKeyOfTheWrongLengthIsRefused) {
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    write(std::string(size, 'x'));
    const auto loaded = load_key(folder_.path(), Purpose::log);
    ASSERT_FALSE(loaded) << size;
    EXPECT_EQ(loaded.error().code, Code::corrupt);
    EXPECT_THAT(loaded.error().detail, HasSubstr("32 bytes"));
  }
}

}  // namespace
}  // namespace holdfast::crypto
