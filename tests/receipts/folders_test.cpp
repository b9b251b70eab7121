// The power was cut minutes after a first start: every segment had been synced, and so had the folder they
// are in, but the names of that folder and of the ones around it were only in the kernel's cache. The next
// start found no log, and began a new one under another origin.
#include <set>

#include "tests/receipts/faulty_files.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::IsSupersetOf;

// Writes down which folders were synced.
class WatchedFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, Open how) override {
    return real_.open(path, how);
  }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return real_.rename(from, to);
  }
  Result<void> remove(const std::filesystem::path& path) override { return real_.remove(path); }
  Result<void> sync_folder(const std::filesystem::path& path) override {
    synced.insert(path);
    return real_.sync_folder(path);
  }

  std::set<std::filesystem::path> synced;

 private:
  FaultyFiles real_;
};

class Folders : public LogFixture {};

TEST_F(Folders, EveryOneOnTheWayToTheSegmentsIsSynced) {
  WatchedFiles files;
  const Folder folder(options_.data_dir);
  ASSERT_TRUE(Log::open(options_, &clock_, &files));
  EXPECT_THAT(files.synced, IsSupersetOf({options_.data_dir.parent_path(), options_.data_dir, folder.root,
                                          folder.segments}));
}

// The start that made them may have died before it could.
TEST_F(Folders, OfAnEarlierStartAreSyncedAgain) {
  const Folder folder(options_.data_dir);
  std::filesystem::create_directories(folder.segments);
  WatchedFiles files;
  ASSERT_TRUE(Log::open(options_, &clock_, &files));
  EXPECT_THAT(files.synced, IsSupersetOf({options_.data_dir, folder.root}));
}

}  // namespace
}  // namespace holdfast::receipts
