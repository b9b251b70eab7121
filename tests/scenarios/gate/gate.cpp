// Preloaded into the program under test: while the file $HOLDFAST_GATE exists, every sync of the receipt
// log's segments waits. So a test can hold the moment between what the log was told and what it has made
// durable, for as long as it likes.
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr useconds_t kLookAgain = 2'000;

bool is_segment(int fd) {
  std::array<char, 4096> path;
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (length <= 0) return false;
  return std::string_view(path.data(), static_cast<std::size_t>(length)).find("/log/segments/") !=
         std::string_view::npos;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int fdatasync(int fd) {
  using Sync = int (*)(int);
  static const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, "fdatasync"));
  const char* gate = std::getenv("HOLDFAST_GATE");
  while (gate != nullptr && is_segment(fd) && ::access(gate, F_OK) == 0)
    ::usleep(kLookAgain);
  return real(fd);
}
