#include "config/file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "core/errno_text.hpp"

namespace holdfast::config {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
  std::error_code error;
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, error)) {
    const int why = errno;
    return fail(why == ENOENT ? Code::not_found : Code::io,
                fmt::format("cannot be read: {}", why == 0 ? "it is a directory" : errno_text(why)));
  }
  std::string text(most + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

}  // namespace holdfast::config
