// Our versions of the libc functions that the log, the store, the intent files, the keys and the sockets are
// made of. Preloaded, they stand before libc's in the unchanged program.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <vector>

#include "tests/faults/layer.hpp"
#include "tests/faults/real.hpp"

namespace holdfast::faults {
namespace {

constexpr off_t kHere = -1;

// The one way through the layer: `whole` is the operation, `half` a torn one, `note` tells the model of the
// disk before it. Results as libc's: negative with errno.
template <class Whole, class Half, class Note>
auto pass(Kind kind, const Layer::Place& place, const char* name, Whole whole, Half half, Note note)
    -> decltype(whole()) {
  Layer& layer = Layer::get();
  const Action action = layer.next(kind, place.part, std::string(name) + " " + place.path);
  switch (action) {
    case Action::fail:
      errno = layer.error();
      return -1;
    case Action::tear:
      half();
      layer.die(action);
    case Action::after:
    case Action::after_cut:
      note();
      whole();
      layer.die(action);
    case Action::go:
    case Action::stop:
    case Action::cut:
    case Action::freeze:
      break;
  }
  note();
  return whole();
}

bool is_file(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// Their files are never synced, and the program has them mapped: forget_intents() takes what is in them. To
// make them shorter would end a thread that is in them with SIGBUS before the power goes.
bool is_intents(const Layer::Place& place) {
  return place.path.find("/intent/") != std::string::npos;
}

ssize_t written(int fd, const iovec* parts, int count, off_t offset) {
  if (offset != kHere) return real().pwritev(fd, parts, count, offset);
  ssize_t done = 0;
  for (int i = 0; i < count; ++i)
    done += real().write(fd, parts[i].iov_base, parts[i].iov_len);
  return done;
}

ssize_t write_through(int fd, const iovec* parts, int count, off_t offset) {
  Layer& layer = Layer::get();
  const std::scoped_lock lock(layer.m_);
  const Layer::Place* const place = layer.place_of(fd);
  if (place == nullptr) return written(fd, parts, count, offset);
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i)
    bytes += parts[i].iov_len;
  const auto half = [&] {
    std::vector<iovec> torn;
    std::size_t left = bytes / 2;
    for (int i = 0; i < count && left > 0; left -= torn.back().iov_len, ++i)
      torn.push_back({parts[i].iov_base, std::min(left, parts[i].iov_len)});
    written(fd, torn.data(), static_cast<int>(torn.size()), offset);
  };
  const auto note = [&] {
    const off_t from = offset == kHere ? ::lseek(fd, 0, SEEK_CUR) : offset;
    layer.unsynced_.writes(fd, from, static_cast<std::int64_t>(bytes));
  };
  return pass(Kind::write, *place, "write", [&] { return written(fd, parts, count, offset); }, half, note);
}

template <class Do>
int sync_through(int fd, Do whole) {
  Layer& layer = Layer::get();
  const std::scoped_lock lock(layer.m_);
  const Layer::Place* const place = layer.place_of(fd);
  if (place == nullptr) return whole();
  // The test machine's disk is never waited for: the model says what it would have.
  const auto sync = [&] {
    struct stat status{};
    if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
      layer.unsynced_.folder_synced(place->path);
    } else {
      layer.unsynced_.synced(fd);
    }
    return 0;
  };
  return pass(Kind::sync, *place, "sync", sync, [] {}, [] {});
}

template <class Do>
int size_through(int fd, off_t size, const char* name, Do whole) {
  Layer& layer = Layer::get();
  const std::scoped_lock lock(layer.m_);
  const Layer::Place* const place = layer.place_of(fd);
  if (place == nullptr) return whole();
  const auto note = [&] {
    if (!is_intents(*place)) layer.unsynced_.resizes(fd, size);
  };
  return pass(Kind::size, *place, name, whole, [] {}, note);
}

template <class Do, class Note>
int name_through(const char* path, const char* name, Do whole, Note note) {
  Layer& layer = Layer::get();
  if (!layer.is_inside(path)) return whole();
  const std::scoped_lock lock(layer.m_);
  return pass(Kind::name, layer.place(path), name, whole, [] {}, [&] { note(layer.unsynced_); });
}

int open_through(const char* path, int flags, mode_t mode) {
  Layer& layer = Layer::get();
  if (!layer.is_ours(path)) return real().open(path, flags, mode);
  const std::scoped_lock lock(layer.m_);
  struct stat status{};
  const bool makes = (flags & O_CREAT) != 0 && ::stat(path, &status) != 0;
  const Layer::Place place = layer.place(path);
  int fd = -1;
  if (makes) {
    fd = pass(
        Kind::name, place, "create", [&] { return real().open(path, flags, mode); }, [] {},
        [&] { layer.unsynced_.creates(path); });
  } else {
    fd = real().open(path, flags, mode);
  }
  if (fd >= 0) layer.open_[fd] = place;
  return fd;
}

template <class Do, class Half>
ssize_t send_through(int fd, Do whole, Half half) {
  Layer& layer = Layer::get();
  sockaddr_storage peer{};
  socklen_t length = sizeof(peer);
  const bool tcp = layer.steered() && ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0 &&
                   (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
  if (!tcp) return whole();
  const std::scoped_lock lock(layer.m_);
  return pass(Kind::send, {"a socket", Part::network}, "send", whole, half, [] {});
}

// Finds libc's functions and the page before the program's first thread.
bool find_all() {
  static_cast<void>(real());
  static_cast<void>(Layer::get());
  return true;
}

// False until then. A sanitizer's allocator asks for the time, and dlsym for memory: whoever asks earlier is
// answered by the kernel itself.
const bool kReady = find_all();

}  // namespace
}  // namespace holdfast::faults

using namespace holdfast::faults;

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return open_through(path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));

int close(int fd) {
  Layer& layer = Layer::get();
  if (layer.steered()) {
    const std::scoped_lock lock(layer.m_);
    layer.open_.erase(fd);
    return real().close(fd);
  }
  return real().close(fd);
}

// A signal handler writes to a pipe, perhaps while its own thread is in here: only files are looked up.
ssize_t write(int fd, const void* bytes, size_t count) {
  const iovec part{const_cast<void*>(bytes), count};
  return Layer::get().steered() && is_file(fd) ? write_through(fd, &part, 1, kHere)
                                               : real().write(fd, bytes, count);
}
ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  const iovec part{const_cast<void*>(bytes), count};
  return write_through(fd, &part, 1, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t count, off_t offset) __attribute__((alias("pwrite")));
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return write_through(fd, parts, count, offset);
}

int fsync(int fd) {
  return sync_through(fd, [fd] { return real().fsync(fd); });
}
int fdatasync(int fd) {
  return sync_through(fd, [fd] { return real().fdatasync(fd); });
}

int ftruncate(int fd, off_t size) {
  return size_through(fd, size, "resize", [fd, size] { return real().ftruncate(fd, size); });
}
int ftruncate64(int fd, off_t size) __attribute__((alias("ftruncate")));

// Its error is the result, not errno.
int posix_fallocate(int fd, off_t offset, off_t bytes) {
  int error = 0;
  struct stat status{};
  ::fstat(fd, &status);
  const int done = size_through(fd, std::max(offset + bytes, status.st_size), "make room in", [&] {
    error = real().posix_fallocate(fd, offset, bytes);
    errno = error;
    return error == 0 ? 0 : -1;
  });
  return done == 0 ? 0 : errno;
}

int rename(const char* from, const char* to) {
  return name_through(
      to, "rename to", [=] { return real().rename(from, to); },
      [=](Unsynced& disk) { disk.renames(from, to); });
}
int link(const char* from, const char* to) {
  return name_through(
      to, "link", [=] { return real().link(from, to); }, [=](Unsynced& disk) { disk.creates(to); });
}
int unlink(const char* path) {
  return name_through(
      path, "remove", [=] { return real().unlink(path); }, [=](Unsynced& disk) { disk.removes(path); });
}
int mkdir(const char* path, mode_t mode) {
  return name_through(
      path, "make folder", [=] { return real().mkdir(path, mode); },
      [=](Unsynced& disk) {
        struct stat status{};
        if (::stat(path, &status) != 0) disk.makes_folder(path);
      });
}

ssize_t send(int fd, const void* bytes, size_t count, int flags) {
  return send_through(
      fd, [=] { return real().send(fd, bytes, count, flags); },
      [=] { return real().send(fd, bytes, count / 2, flags); });
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  return send_through(
      fd, [=] { return real().sendmsg(fd, message, flags); },
      [=] { return real().send(fd, message->msg_iov->iov_base, message->msg_iov->iov_len / 2, flags); });
}

int clock_gettime(clockid_t which, timespec* time) {
  if (!kReady) return static_cast<int>(::syscall(SYS_clock_gettime, which, time));
  const int done = real().clock_gettime(which, time);
  if (done != 0 || which != CLOCK_REALTIME) return done;
  const std::int64_t offset = Layer::get().wall_offset();
  time->tv_sec += offset / 1000;
  time->tv_nsec += (offset % 1000) * 1'000'000;
  if (time->tv_nsec < 0) time->tv_nsec += 1'000'000'000, --time->tv_sec;
  if (time->tv_nsec >= 1'000'000'000) time->tv_nsec -= 1'000'000'000, ++time->tv_sec;
  return done;
}

}  // extern "C"
