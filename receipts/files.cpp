#include "receipts/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include "core/errno_text.hpp"

namespace holdfast::receipts {
namespace {

tl::unexpected<Error> failure(int error, std::string_view verb, const std::string& path) {
  const Code code = error == ENOSPC || error == EDQUOT ? Code::unavailable
                    : error == ENOENT                  ? Code::not_found
                                                       : Code::io;
  return fail(code, "cannot " + std::string(verb) + " " + path + ": " + errno_text(error));
}

// Drops what has been written from the front.
void advance(std::vector<iovec>& parts, std::size_t written) {
  std::size_t whole = 0;
  while (whole < parts.size() && written >= parts[whole].iov_len)
    written -= parts[whole++].iov_len;
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(whole));
  if (parts.empty()) return;
  parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + written;
  parts.front().iov_len -= written;
}

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(fd_); }

  Result<std::size_t> read(std::span<char> into, std::uint64_t offset) const override {
    std::size_t have = 0;
    while (have < into.size()) {
      const ssize_t got =
          ::pread(fd_, into.data() + have, into.size() - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure(errno, "read", path_);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    return have;
  }

  Result<std::uint64_t> size() const override {
    struct stat status{};
    if (::fstat(fd_, &status) != 0) return failure(errno, "look at", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> write(std::span<const std::string_view> pieces, std::uint64_t offset) override {
    std::vector<iovec> parts;
    for (const std::string_view piece : pieces) {
      // pwritev does not change what it is given, but iovec has no const form.
      if (!piece.empty()) parts.push_back({const_cast<char*>(piece.data()), piece.size()});
    }
    while (!parts.empty()) {
      const int count = static_cast<int>(std::min<std::size_t>(parts.size(), IOV_MAX));
      const ssize_t written = ::pwritev(fd_, parts.data(), count, static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failure(errno, "write", path_);
      offset += static_cast<std::uint64_t>(written);
      advance(parts, static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(fd_) != 0) return failure(errno, "sync", path_);
    return {};
  }

  Result<void> resize(std::uint64_t size) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return failure(errno, "resize", path_);
    return {};
  }

  Result<void> preallocate(std::uint64_t offset, std::uint64_t bytes) override {
    const int error = ::posix_fallocate(fd_, static_cast<off_t>(offset), static_cast<off_t>(bytes));
    if (error != 0) return failure(error, "make room for", path_);
    return {};
  }

 private:
  const int fd_;
  const std::string path_;
};

class PosixFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, Open how) override {
    const int flags = how == Open::read ? O_RDONLY : how == Open::write ? O_RDWR : O_RDWR | O_CREAT;
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) return failure(errno, "open", path.string());
    return std::make_unique<PosixFile>(fd, path.string());
  }

  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failure(errno, "rename", from.string());
    return {};
  }

  Result<void> remove(const std::filesystem::path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failure(errno, "remove", path.string());
    return {};
  }

  Result<void> sync_folder(const std::filesystem::path& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return failure(errno, "open", path.string());
    const int error = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    if (error != 0) return failure(error, "sync", path.string());
    return {};
  }
};

}  // namespace

std::unique_ptr<Files> make_files() {
  return std::make_unique<PosixFiles>();
}

Result<std::string> read_whole(Files& files, const std::filesystem::path& path, std::size_t limit) {
  const auto file = files.open(path, Open::read);
  if (!file) return fail(file.error());
  const auto size = (*file)->size();
  if (!size) return fail(size.error());
  if (*size > limit) return fail(Code::too_large, path.string() + " is larger than it can be");
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  const auto got = (*file)->read(bytes, 0);
  if (!got) return fail(got.error());
  bytes.resize(*got);
  return bytes;
}

Result<void> replace_whole(Files& files, const std::filesystem::path& path, std::string_view bytes,
                           bool synced) {
  std::filesystem::path draft = path;
  draft += ".new";
  {
    auto file = files.open(draft, Open::create);
    if (!file) return fail(file.error());
    auto done = (*file)->resize(0);
    if (done) done = (*file)->write(std::span(&bytes, 1), 0);
    if (done && synced) done = (*file)->sync();
    if (!done) return done;
  }
  auto renamed = files.rename(draft, path);
  if (!renamed || !synced) return renamed;
  return files.sync_folder(path.parent_path());
}

}  // namespace holdfast::receipts
