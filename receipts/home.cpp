#include "receipts/home.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>

#include "core/errno_text.hpp"
#include "core/id.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "crypto/keys.hpp"
#include "crypto/note.hpp"
#include "receipts/segment.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::size_t kLargestBlob = 64 << 20;

// A folder's name is on the disk only when the folder it is in was synced: at every start, because the one
// that made it may have died before.
Result<void> make_folders(const Folder& folder, Files& files) {
  std::error_code error;
  const bool is_new = !std::filesystem::exists(folder.data_dir, error);
  for (const auto& path : {folder.root, folder.segments, folder.blobs}) {
    std::filesystem::create_directories(path, error);
    if (error) return fail(Code::io, "cannot make the folder " + path.string() + ": " + error.message());
  }
  auto synced = files.sync_folder(folder.root);
  if (synced) synced = files.sync_folder(folder.data_dir);
  if (synced && is_new && folder.data_dir.has_parent_path())
    synced = files.sync_folder(folder.data_dir.parent_path());
  if (!synced) return synced;
  // The entries say who called what: nobody else's business.
  std::filesystem::permissions(folder.root, std::filesystem::perms::owner_all, error);
  if (error) return fail(Code::io, "cannot set the mode of " + folder.root.string() + ": " + error.message());
  return {};
}

Result<Lock> take_lock(const Folder& folder) {
  const int fd = ::open(folder.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Code::io, "cannot open " + folder.lock.string() + ": " + errno_text(errno));
  Lock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return fail(Code::unavailable, "another holdfast is using " + folder.data_dir.string());
  }
  return fail(Code::io, "cannot lock " + folder.lock.string() + ": " + errno_text(errno));
}

std::string make_origin() {
  std::array<std::byte, 8> bytes{};
  fill_random(bytes);
  return "holdfast.local/" + crypto::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<std::string> settle_origin(const Options& options, const Folder& folder, Files& files,
                                  bool has_entries) {
  auto kept = read_line(files, folder.origin);
  if (kept) {
    if (options.origin.empty() || options.origin == *kept) return kept;
    return fail(Code::corrupt, "the log in " + folder.root.string() + " is " + *kept +
                                   ", but receipts.origin says " + options.origin +
                                   ": set it back, or move the log away to begin a new one");
  }
  if (kept.error().code != Code::not_found) return kept;
  if (has_entries) {
    return fail(Code::corrupt,
                folder.origin.string() + " is missing beside an existing log: put it back from a copy");
  }
  std::string origin = options.origin.empty() ? make_origin() : options.origin;
  if (!crypto::is_key_name(origin)) {
    return fail(Code::malformed,
                "receipts.origin must be 1 to 255 ASCII characters without spaces and plus signs");
  }
  auto written = replace_whole(files, folder.origin, origin + "\n", true);
  if (!written) return fail(written.error());
  return origin;
}

Result<crypto::SigningKey> settle_key(const Folder& folder, bool has_entries) {
  auto key = crypto::load_key(folder.data_dir, crypto::Purpose::log);
  if (!key) return fail(key.error());
  if (*key) return std::move(**key);
  if (has_entries) {
    const std::string path = crypto::key_path(folder.data_dir, crypto::Purpose::log).string();
    return fail(Code::corrupt, "the log's key " + path +
                                   " is missing beside an existing log: put it back from a copy, or move " +
                                   folder.root.string() + " away to begin a new log");
  }
  return crypto::make_key(folder.data_dir, crypto::Purpose::log);
}

// A log that was begun with another key must not be signed with this one.
Result<void> check_vkey(Files& files, const Folder& folder, const std::string& vkey) {
  const auto kept = read_line(files, folder.vkey);
  if (!kept) return kept.error().code == Code::not_found ? Result<void>() : fail(kept.error());
  if (*kept == vkey) return {};
  return fail(Code::corrupt, "the key " + crypto::key_path(folder.data_dir, crypto::Purpose::log).string() +
                                 " is not the one of the log in " + folder.root.string() + ", which is " +
                                 *kept + ": put the right key back");
}

Result<std::filesystem::path> blob_path(const Folder& folder, std::string_view digest) {
  const std::string_view hex = digest.substr(std::min<std::size_t>(digest.size(), 7));
  if (!digest.starts_with("sha256:") || hex.size() != 64 || !crypto::from_hex(hex)) {
    return fail(Code::malformed, "a blob is named by sha256: and 64 hexadecimal digits");
  }
  return folder.blobs / hex;
}

}  // namespace

Lock::~Lock() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Home> open_home(const Options& options, Files* files) {
  const Folder folder(options.data_dir);
  auto made = make_folders(folder, *files);
  if (!made) return fail(made.error());
  auto lock = take_lock(folder);
  if (!lock) return fail(lock.error());
  const auto segments = list_segments(folder.segments);
  if (!segments) return fail(segments.error());
  auto origin = settle_origin(options, folder, *files, !segments->empty());
  if (!origin) return fail(origin.error());
  auto key = settle_key(folder, !segments->empty());
  if (!key) return fail(key.error());
  auto fits = check_vkey(*files, folder, crypto::to_vkey({*origin, key->public_key()}));
  if (!fits) return fail(fits.error());
  return Home{folder, std::move(*lock), std::move(*origin), std::move(*key)};
}

Result<void> note_vkey(Files& files, const Folder& folder, const std::string& vkey) {
  if (read_line(files, folder.vkey)) return {};
  return replace_whole(files, folder.vkey, vkey + "\n", true);
}

Result<std::string> keep_blob(Files& files, const Folder& folder, std::string_view bytes) {
  if (bytes.size() > kLargestBlob) return fail(Code::too_large, "a blob of the receipt log is over 64 MiB");
  std::string digest = crypto::digest_text(crypto::sha256(bytes)).str();
  if (read_blob(files, folder, digest)) return digest;
  const auto path = blob_path(folder, digest);
  if (!path) return fail(path.error());
  auto written = replace_whole(files, *path, bytes, true);
  if (!written) return fail(written.error());
  return digest;
}

Result<std::string> read_blob(Files& files, const Folder& folder, std::string_view digest) {
  const auto path = blob_path(folder, digest);
  if (!path) return fail(path.error());
  auto bytes = read_whole(files, *path, kLargestBlob);
  if (!bytes) return bytes;
  if (crypto::digest_text(crypto::sha256(*bytes)) != digest) {
    return fail(Code::corrupt, "the blob " + path->string() + " is not what its name says");
  }
  return bytes;
}

}  // namespace holdfast::receipts
