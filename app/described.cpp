#include "app/described.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iostream>

#include "core/errno_text.hpp"

namespace holdfast::app {

policy::Describing describing(const config::Config& config) {
  policy::Describing how;
  // A text in `raw` is quoted, which may make it twice as long and more.
  how.limits = {.bytes = 8 * config.proxy.limits.body, .depth = config.proxy.limits.depth};
  return how;
}

Result<std::string> read_text(const std::string& path) {
  constexpr std::size_t kLargest = std::size_t{64} << 20U;
  errno = 0;
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return fail(Code::io, fmt::format("{} cannot be read: {}", path, errno_text(errno)));
  std::string text;
  constexpr std::size_t kPiece = 1 << 16;
  while (in && text.size() <= kLargest) {
    const std::size_t before = text.size();
    text.resize(before + kPiece);
    in.read(text.data() + before, kPiece);
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail(Code::io, fmt::format("{} cannot be read", path));
  if (text.size() > kLargest) return fail(Code::io, fmt::format("{} is longer than 64 MiB", path));
  return text;
}

}  // namespace holdfast::app
