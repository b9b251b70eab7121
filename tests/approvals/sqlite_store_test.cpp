#include "approvals/store_sqlite.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>

#include "approvals/sqlite.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::HasSubstr;

class SqliteStore : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return directory.path() / "approvals.db"; }
  void run(const char* sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
    const sqlite::Handle db(raw);
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  }
  static Hold sample() {
    Hold hold;
    hold.id = "0199b3a0-0000-7000-8000-0000000000aa";
    hold.handle = "handle";
    hold.call = payment();
    hold.version = 1;
    return hold;
  }
  TemporaryDirectory directory;
};

TEST_F(SqliteStore, KeepsEverythingFromOtherUsers) {
  const mode_t before = ::umask(0);
  const auto store = open_sqlite_store(directory.path() / "made" / "here");
  ASSERT_TRUE(store) << store.error().detail;
  ASSERT_TRUE((*store)->insert(sample()));
  ::umask(before);
  for (const auto& entry : std::filesystem::directory_iterator(directory.path() / "made" / "here")) {
    struct stat info{};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(SqliteStore, IsWrittenAheadAndInFull) {
  ASSERT_TRUE(open_sqlite_store(directory.path()));
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
  const sqlite::Handle db(raw);
  sqlite::Statement mode(raw, "PRAGMA journal_mode");
  ASSERT_TRUE(*mode.row());
  EXPECT_EQ(mode.read_text(), "wal");
}

TEST_F(SqliteStore, ASecondInstanceIsRefused) {
  const auto first = open_sqlite_store(directory.path());
  ASSERT_TRUE(first);
  EXPECT_REFUSED(open_sqlite_store(directory.path()), Code::unavailable, "in use by another process");
}

TEST_F(SqliteStore, ANewerSchemaIsRefusedAndLeftAlone) {
  ASSERT_TRUE(open_sqlite_store(directory.path()));
  const auto at = [this](int version) {
    run(fmt::format("PRAGMA user_version={}", version).c_str());
    return open_sqlite_store(directory.path());
  };
  EXPECT_REFUSED(at(kSchemaVersion + 1), Code::unsupported, "run the newer holdfast");
  EXPECT_TRUE(at(kSchemaVersion));
}

TEST_F(SqliteStore, AnOlderSchemaIsBroughtUpToDate) {
  ASSERT_TRUE(open_sqlite_store(directory.path()));
  run(kDropSinceVersion7);
  run("DROP TABLE requests; ALTER TABLE holds DROP COLUMN log_head; ALTER TABLE holds DROP COLUMN asking;"
      "ALTER TABLE votes DROP COLUMN credential");
  run("PRAGMA user_version=2");
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store) << store.error().detail;
  EXPECT_TRUE((*store)->list({})) << "every column is there";
  EXPECT_TRUE((*store)->with_request()) << "and every table";
}

TEST_F(SqliteStore, AHoldKeepsAllThatItAsks) {
  Hold hold = sample();
  hold.quorum = {2, {"lead", "security"}, {"security"}};
  hold.call.further_plans = {"second", "third"};
  hold.further = {{1, {"legal"}, {}}, {3, {"board"}, {"board"}}};
  hold.call.required = 2;
  hold.call.must_include = {"security"};
  hold.call.summary = "Pay";
  hold.call.headers = R"([{"name":"x","value":"a \"b\""}])";
  hold.call.context = R"({"ticket":"\u00e9"})";
  hold.call.shown_args = "{}";
  hold.call.shown_target = "http://h/{pin}";
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE((*store)->insert(hold));
  const auto stored = (*store)->find(hold.id);
  ASSERT_TRUE(stored) << stored.error().detail;
  EXPECT_EQ((*stored)->quorum, hold.quorum);
  EXPECT_EQ((*stored)->further, hold.further);
  EXPECT_EQ((*stored)->call, hold.call);
}

TEST_F(SqliteStore, AHoldFromBeforeHeadersWereKeptIsReadWithoutThem) {
  {
    const auto store = open_sqlite_store(directory.path());
    ASSERT_TRUE((*store)->insert(sample()));
  }
  run("UPDATE holds SET shown=json_remove(shown, '$.headers')");
  const auto store = open_sqlite_store(directory.path());
  const auto stored = (*store)->find(sample().id);
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->call.headers, "");
  EXPECT_EQ((*stored)->call.args, sample().call.args);
}

TEST_F(SqliteStore, AHoldOfWhichNobodyKnowsWhatItAsksIsRefused) {
  {
    const auto store = open_sqlite_store(directory.path());
    ASSERT_TRUE((*store)->insert(sample()));
  }
  for (const char* asking :
       {"", "[]", "{\"further\":1}", "{\"further\":[{\"require\":1}]}", "{\"must_include\":[1]}",
        "{\"raised_require\":-1}", "{\"raised_require\":\"2\"}"}) {
    run(fmt::format("UPDATE holds SET asking='{}'", asking).c_str());
    const auto store = open_sqlite_store(directory.path());
    ASSERT_TRUE(store);
    EXPECT_REFUSED((*store)->find(sample().id), Code::corrupt, "cannot be read");
  }
}

TEST_F(SqliteStore, AFileOfSomethingElseIsRefused) {
  run("CREATE TABLE theirs (x)");
  EXPECT_REFUSED(open_sqlite_store(directory.path()), Code::corrupt, "something else");
}

TEST_F(SqliteStore, ADamagedFileIsRefused) {
  {
    std::ofstream out(file());
    out << std::string(8192, 'x');
  }
  EXPECT_REFUSED(open_sqlite_store(directory.path()), Code::corrupt, "damaged");
}

TEST_F(SqliteStore, ADamagedPageIsRefused) {
  {
    const auto store = open_sqlite_store(directory.path());
    ASSERT_TRUE(store);
    Hold hold = sample();
    hold.call.args = "\"" + std::string(20'000, 'a') + "\"";
    ASSERT_TRUE((*store)->insert(hold));
  }
  std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(4096);
  out << std::string(4096, '\xee');
  out.close();
  EXPECT_REFUSED(open_sqlite_store(directory.path()), Code::corrupt, "damaged");
}

TEST_F(SqliteStore, ADirectoryThatCannotBeWrittenIsNamed) {
  const std::filesystem::path in_the_way = directory.path() / "file";
  std::ofstream(in_the_way) << "x";
  const auto refused = open_sqlite_store(in_the_way);
  EXPECT_REFUSED(refused, Code::unavailable, in_the_way.string());
  EXPECT_REFUSED(refused, Code::unavailable, "data_dir");
}

TEST_F(SqliteStore, TheSecondOfTwoWhoSawTheSameVersionLoses) {
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store);
  Hold hold = sample();
  ASSERT_TRUE((*store)->insert(hold));
  hold.version = 2;
  ASSERT_TRUE((*store)->apply({&hold, 1}));
  hold.status = Status::cancelled;
  EXPECT_REFUSED((*store)->apply({&hold, 1}), Code::conflict, "changed by somebody else");
  EXPECT_EQ((**(*store)->find(hold.id)).status, Status::pending);
}

TEST_F(SqliteStore, NobodyVotesTwiceEvenHere) {
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store);
  Hold hold = sample();
  ASSERT_TRUE((*store)->insert(hold));
  const Vote vote{"alice", Act::approve, "", {}, 0, "token", "", "mark"};
  hold.version = 2;
  ASSERT_TRUE((*store)->apply({&hold, 1, &vote}));
  hold.version = 3;
  hold.status = Status::approved;
  EXPECT_REFUSED((*store)->apply({&hold, 2, &vote}), Code::conflict, "refused");
  const auto stored = (*store)->find(hold.id);
  EXPECT_EQ((*stored)->status, Status::pending) << "the vote and the step go together";
  EXPECT_EQ((*stored)->version, 2);
}

TEST_F(SqliteStore, UnrecordedEndingsComeInPagesByTheirOwnIndex) {
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    Hold hold = sample();
    hold.id.back() = static_cast<char>('0' + i);
    hold.handle += hold.id.back();
    ASSERT_TRUE((*store)->insert(hold));
    ids.push_back(hold.id);
    hold.version = 2;
    hold.status = i == 4 ? Status::released : Status::rejected;
    hold.ending = i == 4 ? Ending::succeeded : Ending::rejected;
    if (i != 3) ASSERT_TRUE((*store)->apply({&hold, 1}));
  }
  const auto page = (*store)->unrecorded_endings("", 2);
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ((*page)[0].id, ids[0]);
  EXPECT_EQ((*page)[1].id, ids[1]);
  ASSERT_TRUE((*store)->recorded(ids[0]));
  ASSERT_EQ((*store)->unrecorded_endings("", 9)->size(), 2u) << "not the running, not the pending";
  ASSERT_EQ((*store)->unrecorded_endings(ids[1], 9)->size(), 1u);
}

TEST_F(SqliteStore, AStatusNobodyWroteIsCorrupt) {
  {
    const auto store = open_sqlite_store(directory.path());
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->insert(sample()));
  }
  run("UPDATE holds SET status='Approved'");
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store);
  EXPECT_REFUSED((*store)->find(sample().id), Code::corrupt, "cannot be read");
  holdfast::test::ManualClock clock;
  Notices notices;
  auto again = open_sqlite_store(directory.path() / "elsewhere");
  EXPECT_FALSE((*store)->load(clock.wall(), clock.wall(), "", 100));
}

TEST_F(SqliteStore, AnyBytesOfAnAnswerComeBack) {
  const auto store = open_sqlite_store(directory.path());
  ASSERT_TRUE(store);
  Hold hold = sample();
  ASSERT_TRUE((*store)->insert(hold));
  hold.version = 2;
  hold.status = Status::released;
  hold.ending = Ending::succeeded;
  hold.response_until = WallTime(Milliseconds(2000));
  hold.response = StoredResponse{207,
                                 {{"X-A", ""}, {"x-b", "caf\xe9: \"1\""}, {"x-b", "2"}},
                                 std::string("\0\xff\n", 3),
                                 true,
                                 "sha256:d"};
  ASSERT_TRUE((*store)->apply({&hold, 1, nullptr, nullptr, true}));
  const auto loaded = (*store)->load(WallTime(Milliseconds(1999)), WallTime{}, "", 100);
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->size(), 1u);
  EXPECT_EQ(loaded->front().response->body, hold.response->body);
  EXPECT_EQ(loaded->front().response->headers, hold.response->headers);
  EXPECT_EQ((*store)->load(WallTime(Milliseconds(2000)), WallTime{}, "", 100)->size(), 0u);
  ASSERT_TRUE((*store)->drop_responses(WallTime(Milliseconds(2000))));
  EXPECT_EQ((*store)->load(WallTime(Milliseconds(0)), WallTime{}, "", 100)->size(), 0u);
}

}  // namespace
}  // namespace holdfast::approvals::test
