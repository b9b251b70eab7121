#include "net/folder_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <map>

#include "core/errno_text.hpp"

namespace holdfast::net {

// Kept by its own reading, until it is closed.
struct FolderWatch::State : std::enable_shared_from_this<State> {
  State(Loop* loop, int fd, MovedIn tell) : events(loop->executor(), fd), moved_in(std::move(tell)) {}

  void read();
  void take(std::string_view bytes);

  asio::posix::basic_stream_descriptor<Executor> events;
  MovedIn moved_in;  // empty once it is over
  std::map<int, std::filesystem::path> folders;
  alignas(inotify_event) std::array<char, 4096> buffer{};
};

void FolderWatch::State::read() {
  events.async_read_some(asio::buffer(buffer), [self = shared_from_this()](
                                                   const boost::system::error_code& error, std::size_t size) {
    if (error || !self->moved_in) return;
    self->take({self->buffer.data(), size});
    if (self->moved_in) self->read();
  });
}

// inotify(7): whole events, each with the length of the name behind it.
void FolderWatch::State::take(std::string_view bytes) {
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event event{};
    std::memcpy(&event, bytes.data(), sizeof event);
    const std::string_view padded = bytes.substr(sizeof event, event.len);  // with zeros
    const std::string name(padded.substr(0, padded.find('\0')));
    bytes.remove_prefix(sizeof event + event.len);
    const auto folder = folders.find(event.wd);
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      moved_in({}, {});
    } else if ((event.mask & IN_MOVED_TO) != 0 && folder != folders.end()) {
      moved_in(std::filesystem::path(folder->second), name);
    }
    if (!moved_in) return;
  }
}

FolderWatch::FolderWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}

FolderWatch::~FolderWatch() {
  state_->moved_in = nullptr;
  boost::system::error_code ignored;
  state_->events.close(ignored);
}

Result<std::unique_ptr<FolderWatch>> FolderWatch::open(Loop* loop, MovedIn moved_in) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return fail(Code::unavailable, fmt::format("no inotify: {}", errno_text(errno)));
  auto state = std::make_shared<State>(loop, fd, std::move(moved_in));
  state->read();
  return std::unique_ptr<FolderWatch>(new FolderWatch(std::move(state)));
}

std::set<std::filesystem::path> FolderWatch::watch(const std::set<std::filesystem::path>& folders) {
  std::set<std::filesystem::path> unwatched;
  std::map<int, std::filesystem::path> now;
  const int fd = state_->events.native_handle();
  for (const std::filesystem::path& folder : folders) {
    // The same folder once more is the same watch.
    const int watch = ::inotify_add_watch(fd, folder.c_str(), IN_MOVED_TO | IN_ONLYDIR);
    if (watch < 0) {
      unwatched.insert(folder);
    } else {
      now.emplace(watch, folder);
    }
  }
  for (const auto& [watch, folder] : state_->folders) {
    if (!now.contains(watch)) ::inotify_rm_watch(fd, watch);
  }
  state_->folders = std::move(now);
  return unwatched;
}

}  // namespace holdfast::net
