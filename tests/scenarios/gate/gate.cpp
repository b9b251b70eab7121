// Preloaded into the program under test: while the file $HOLDFAST_GATE.segments exists, every sync of the
// receipt log's segments waits, and with $HOLDFAST_GATE.blobs every sync of a blob. So a test can hold the
// moment between what the log was told and what it has made durable, for as long as it likes.
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr useconds_t kLookAgain = 2'000;

// The gate of the folder in the log that the file is in; empty for any other file.
std::string gate_of(int fd) {
  const char* gate = std::getenv("HOLDFAST_GATE");
  std::array<char, 4096> path;
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (gate == nullptr || length <= 0) return {};
  const std::string_view name(path.data(), static_cast<std::size_t>(length));
  for (const std::string folder : {"segments", "blobs"}) {
    if (name.find("/log/" + folder + "/") != std::string_view::npos) return gate + ("." + folder);
  }
  return {};
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int fdatasync(int fd) {
  using Sync = int (*)(int);
  static const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, "fdatasync"));
  const std::string gate = gate_of(fd);
  while (!gate.empty() && ::access(gate.c_str(), F_OK) == 0)
    ::usleep(kLookAgain);
  return real(fd);
}
