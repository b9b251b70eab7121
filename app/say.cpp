#include "app/say.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace holdfast::app {

void write_exactly(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

void say(std::string_view line) {
  write_exactly(fmt::format("{}\n", line));
}

int complain(int code, std::string_view sentence) {
  const std::string line = fmt::format("holdfast: {}\n", sentence);
  std::fflush(stdout);
  std::fwrite(line.data(), 1, line.size(), stderr);
  return code;
}

}  // namespace holdfast::app
