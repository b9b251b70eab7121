#include "approvals/sqlite_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "approvals/spend_rows.hpp"
#include "approvals/store_sqlite.hpp"
#include "core/errno_text.hpp"

namespace holdfast::approvals::sqlite {
namespace {

// Times are Unix milliseconds. Names of status and ending are those of the API.
constexpr const char* kSchema = R"sql(
CREATE TABLE holds (
  id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, call_id TEXT NOT NULL, agent TEXT NOT NULL,
  trust_tier INTEGER NOT NULL, upstream TEXT NOT NULL, tool TEXT NOT NULL, operation TEXT NOT NULL,
  risk_level TEXT NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, args TEXT NOT NULL, rule TEXT NOT NULL,
  reason TEXT NOT NULL, plan TEXT NOT NULL, digest TEXT NOT NULL, nonce TEXT NOT NULL, match_key TEXT NOT NULL,
  policy TEXT NOT NULL, receipt_id TEXT NOT NULL, agent_auth TEXT NOT NULL, protocol TEXT NOT NULL,
  bytes INTEGER NOT NULL, body TEXT NOT NULL, body_base64 TEXT NOT NULL, required INTEGER NOT NULL, from_groups TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, ending TEXT NOT NULL,
  end_reason TEXT NOT NULL, asynchronous INTEGER NOT NULL, redeem_until INTEGER,
  resolved_at INTEGER, detached INTEGER NOT NULL, client_cancelled INTEGER NOT NULL, response_until INTEGER,
  handed_over INTEGER NOT NULL, recorded INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX holds_by_status ON holds (status, id);
CREATE INDEX holds_without_ending ON holds (id) WHERE ending = '';
CREATE INDEX holds_unrecorded ON holds (id) WHERE recorded=0 AND ending<>'' AND status<>'released';
CREATE TABLE votes (
  hold TEXT NOT NULL REFERENCES holds (id), approver TEXT NOT NULL, act TEXT NOT NULL, reason TEXT NOT NULL,
  at INTEGER NOT NULL, level INTEGER NOT NULL, method TEXT NOT NULL, evidence TEXT NOT NULL,
  PRIMARY KEY (hold, approver)) STRICT;
CREATE TABLE responses (
  hold TEXT PRIMARY KEY REFERENCES holds (id), until INTEGER NOT NULL, status INTEGER NOT NULL, headers BLOB NOT NULL,
  body BLOB NOT NULL, complete INTEGER NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE callbacks (
  approver TEXT NOT NULL, id TEXT NOT NULL, body_hash TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL, refusal TEXT NOT NULL, PRIMARY KEY (approver, id)) STRICT;
CREATE INDEX callbacks_by_time ON callbacks (at);
CREATE TABLE deliveries (
  hold TEXT NOT NULL REFERENCES holds (id), approver TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (hold, approver)) STRICT;
)sql";

// What version 2 added to version 1.
constexpr const char* kHalts = R"sql(
CREATE TABLE halts (
  id TEXT PRIMARY KEY, halted INTEGER NOT NULL, by_id TEXT NOT NULL, via TEXT NOT NULL, reason TEXT NOT NULL,
  at INTEGER NOT NULL, recorded INTEGER NOT NULL) STRICT;
)sql";

// What version 3 added: holds know where the receipt log stood. Of those that were there nobody knows.
constexpr const char* kLogHead = "ALTER TABLE holds ADD COLUMN log_head TEXT NOT NULL DEFAULT ''";

constexpr const char* kSettings =
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    // EXCLUSIVE takes the lock only when it is first needed: now.
    "BEGIN IMMEDIATE; COMMIT;";

// Since version 4: requests of asynchronous calls.
constexpr const char* kRequests =
    "CREATE TABLE requests (hold TEXT PRIMARY KEY REFERENCES holds (id), sealed BLOB NOT NULL) STRICT;";

// What version 5 added: what a hold asks beyond so many people of some groups. Those that were there ask no
// more.
constexpr const char* kAsking = "ALTER TABLE holds ADD COLUMN asking TEXT NOT NULL DEFAULT '{}'";

// What version 6 added: votes know what cast them. Of those that were there nobody knows: they count no more.
constexpr const char* kCredential = "ALTER TABLE votes ADD COLUMN credential TEXT NOT NULL DEFAULT ''";

// What version 8 added: what is shown of a call beside it.
constexpr const char* kShown = "ALTER TABLE holds ADD COLUMN shown TEXT NOT NULL DEFAULT '{}'";

// SQLite would make the file readable by all; its -wal takes this file's mode.
Result<void> make_private_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return fail(Code::unavailable,
                fmt::format("cannot write {}: {}; make data_dir a directory this user may write to",
                            path.string(), errno_text(errno)));
  }
  const bool closed_to_others = ::fchmod(fd, 0600) == 0;
  ::close(fd);
  if (!closed_to_others) {
    return fail(Code::unavailable,
                fmt::format("cannot set mode 0600 on {}: {}", path.string(), errno_text(errno)));
  }
  return {};
}

Result<std::int64_t> number_of(sqlite3* db, const char* sql) {
  Statement statement(db, sql);
  Result<bool> row = statement.row();
  if (!row) return fail(std::move(row.error()));
  return *row ? statement.read_integer() : 0;
}

Error explain(const std::filesystem::path& path, sqlite3* db, int rc) {
  const std::string said = sqlite3_errmsg(db);
  switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {
          Code::unavailable,
          fmt::format(
              "{} is in use by another process; stop the other instance, or give this one its own data_dir",
              path.string())};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::corrupt,
              fmt::format(
                  "{} is damaged ({}); restore it from a backup, or move it away to start without its holds",
                  path.string(), said)};
    default:
      return {Code::unavailable,
              fmt::format("cannot open {}: {}; make data_dir a directory this user may write to",
                          path.string(), said)};
  }
}

Result<void> check_health(sqlite3* db, const std::filesystem::path& path) {
  Statement check(db, "PRAGMA quick_check(1)");
  const Result<bool> row = check.row();
  const std::string found = row && *row ? check.read_text() : std::string("it cannot be read");
  if (found == "ok") return {};
  return fail(
      Code::corrupt,
      fmt::format("{} is damaged ({}); restore it from a backup, or move it away to start without its holds",
                  path.string(), found));
}

// Brings an empty file (version 0), or one of an older version, to the newest.
Result<void> make_schema(sqlite3* db, std::int64_t from) {
  Transaction transaction(db);
  if (auto begun = transaction.begin(); !begun) return begun;
  std::int64_t version = 0;
  for (const char* added :
       {kSchema, kHalts, kLogHead, kRequests, kAsking, kCredential, kStateTables, kShown}) {
    if (++version <= from) continue;
    if (auto made = execute(db, added); !made) return made;
  }
  const std::string newest = fmt::format("PRAGMA user_version={}", kSchemaVersion);
  if (auto set = execute(db, newest.c_str()); !set) return set;
  return transaction.commit();
}

Result<void> settle_schema(sqlite3* db, const std::filesystem::path& path) {
  const auto version = number_of(db, "PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version > kSchemaVersion) {
    return fail(
        Code::unsupported,
        fmt::format(
            "{} has schema version {} and this holdfast knows {}; run the newer holdfast that wrote it",
            path.string(), *version, kSchemaVersion));
  }
  if (*version == kSchemaVersion) return {};
  if (*version > 0) return make_schema(db, *version);
  const auto tables = number_of(db, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  if (*tables != 0) {
    return fail(Code::corrupt,
                fmt::format("{} is a database of something else; move it away, or choose another data_dir",
                            path.string()));
  }
  return make_schema(db, 0);
}

}  // namespace

Result<Handle> open_file(const std::filesystem::path& data_dir) {
  const std::filesystem::path path = data_dir / "approvals.db";
  std::error_code made_error;
  if (std::filesystem::create_directories(data_dir, made_error)) {
    std::filesystem::permissions(data_dir, std::filesystem::perms::owner_all, made_error);
  }
  if (auto made = make_private_file(path); !made) return fail(std::move(made.error()));
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Handle db(raw);
  if (opened != SQLITE_OK) return fail(explain(path, raw, opened));
  if (const int rc = sqlite3_exec(raw, kSettings, nullptr, nullptr, nullptr); rc != SQLITE_OK) {
    return fail(explain(path, raw, rc));
  }
  if (auto healthy = check_health(raw, path); !healthy) return fail(std::move(healthy.error()));
  if (auto settled = settle_schema(raw, path); !settled) return fail(std::move(settled.error()));
  return db;
}

}  // namespace holdfast::approvals::sqlite
