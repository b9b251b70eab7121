#include "crypto/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/errno_text.hpp"

namespace holdfast::crypto {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() {
  return errno_text(errno);
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::log:
      return "log.ed25519";
    case Purpose::session:
      return "session.key";
    case Purpose::store:
      return "store.key";
  }
  return "";
}

Result<std::string> read_seed(int fd, const std::string& path) {
  std::string seed(33, '\0');  // one more than a seed has, to notice a longer file
  const ssize_t got = ::pread(fd, seed.data(), seed.size(), 0);
  if (got < 0) return fail(Code::io, "cannot read the key " + path + ": " + reason());
  seed.resize(static_cast<std::size_t>(got));
  if (seed.size() != 32) {
    return fail(Code::corrupt, "the key " + path + " is not 32 bytes long: put it back from a copy");
  }
  return seed;
}

Result<void> write_seed(const std::string& path, std::string_view seed) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0 || ::write(file.get(), seed.data(), seed.size()) != static_cast<ssize_t>(seed.size()) ||
      ::fsync(file.get()) != 0) {
    return fail(Code::io, "cannot write the key " + path + ": " + reason());
  }
  return {};
}

Result<void> sync_folder(const std::string& path) {
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) {
    return fail(Code::io, "cannot sync the folder " + path + ": " + reason());
  }
  return {};
}

}  // namespace

std::filesystem::path key_path(const std::filesystem::path& data_dir, Purpose purpose) {
  return data_dir / "keys" / name_of(purpose);
}

Result<std::optional<SigningKey>> load_key(const std::filesystem::path& data_dir, Purpose purpose) {
  const std::string path = key_path(data_dir, purpose).string();
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return std::optional<SigningKey>();
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return fail(Code::io, "cannot open the key " + path + ": " + reason());
  }
  if (!S_ISREG(status.st_mode)) return fail(Code::corrupt, "the key " + path + " is not a regular file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Code::forbidden, "the key " + path + " can be used by group or others: run chmod 600 on it");
  }
  auto seed = read_seed(file.get(), path);
  if (!seed) return fail(seed.error());
  auto key = SigningKey::from_seed(Secret(std::move(*seed)));
  if (!key) return fail(key.error());
  return std::optional<SigningKey>(std::move(*key));
}

Result<SigningKey> make_key(const std::filesystem::path& data_dir, Purpose purpose) {
  const std::filesystem::path path = key_path(data_dir, purpose);
  const std::string folder = path.parent_path().string();
  const std::string draft = path.string() + ".new";
  std::error_code made;
  std::filesystem::create_directories(data_dir, made);
  if (made || (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)) {
    return fail(Code::io, "cannot make the folder " + folder + ": " + (made ? made.message() : reason()));
  }
  auto key = SigningKey::generate();
  if (!key) return fail(key.error());
  ::unlink(draft.c_str());  // of a start that died half-way; a draft was never used
  auto written = write_seed(draft, key->seed().reveal_secret());
  if (!written) return fail(written.error());
  // link, unlike rename, never replaces what is there.
  if (::link(draft.c_str(), path.c_str()) != 0) {
    const bool taken = errno == EEXIST;
    const std::string why = reason();
    ::unlink(draft.c_str());
    if (taken)
      return fail(Code::conflict, "the key " + path.string() + " is there already and is never overwritten");
    return fail(Code::io, "cannot make the key " + path.string() + ": " + why);
  }
  ::unlink(draft.c_str());
  for (const std::string& changed : {folder, data_dir.string()}) {
    if (auto synced = sync_folder(changed); !synced) return fail(synced.error());
  }
  return key;
}

}  // namespace holdfast::crypto
