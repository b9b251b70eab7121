#include "app/credential.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/errno_text.hpp"

namespace holdfast::app {
namespace {

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  const int fd_;
};

Result<Secret> checked(std::string text, const std::string& from) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (text.empty()) return fail(Code::malformed, fmt::format("{} holds no token", from));
  if (!visible) return fail(Code::malformed, fmt::format("{} holds something that is not a token", from));
  return Secret(std::move(text));
}

Result<Secret> read_token(const std::string& path) {
  const File file(path);
  struct stat status{};
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) {
    return fail(Code::io, fmt::format("the token file {} cannot be read: {}", path, errno_text(errno)));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Code::forbidden,
                fmt::format("the token file {} can be read by others: run chmod 600 on it", path));
  }
  std::array<char, 4096> bytes{};
  std::string text;
  ssize_t got = 0;
  while (text.size() <= bytes.size() && (got = ::read(file.fd(), bytes.data(), bytes.size())) > 0) {
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  if (got < 0)
    return fail(Code::io, fmt::format("the token file {} cannot be read: {}", path, errno_text(errno)));
  if (text.size() > bytes.size())
    return fail(Code::too_large, fmt::format("the token file {} is too long", path));
  return checked(std::move(text), fmt::format("the token file {}", path));
}

}  // namespace

Result<Secret> find_token(const std::string& token_file) {
  if (!token_file.empty()) return read_token(token_file);
  const char* variable =
      std::getenv("HOLDFAST_TOKEN");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  if (variable != nullptr) return checked(variable, "HOLDFAST_TOKEN");
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  const std::string path = fmt::format("{}/.config/holdfast/token", home == nullptr ? "" : home);
  if (home == nullptr || ::access(path.c_str(), F_OK) != 0) {
    return fail(Code::unauthenticated,
                "no token: set HOLDFAST_TOKEN, name a file with --token-file, or put it into "
                "~/.config/holdfast/token");
  }
  return read_token(path);
}

}  // namespace holdfast::app
