// The functions of libc behind ours.
#pragma once

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <ctime>

namespace holdfast::faults {

template <class Function>
Function* libc(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Looked up once, and before main(): dlsym may allocate.
struct Real {
  int (*open)(const char*, int, ...) = libc<int(const char*, int, ...)>("open");
  int (*close)(int) = libc<int(int)>("close");
  ssize_t (*write)(int, const void*, size_t) = libc<ssize_t(int, const void*, size_t)>("write");
  ssize_t (*pwrite)(int, const void*, size_t,
                    off_t) = libc<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  ssize_t (*pwritev)(int, const iovec*, int, off_t) = libc<ssize_t(int, const iovec*, int, off_t)>("pwritev");
  int (*fsync)(int) = libc<int(int)>("fsync");
  int (*fdatasync)(int) = libc<int(int)>("fdatasync");
  int (*ftruncate)(int, off_t) = libc<int(int, off_t)>("ftruncate");
  int (*posix_fallocate)(int, off_t, off_t) = libc<int(int, off_t, off_t)>("posix_fallocate");
  int (*rename)(const char*, const char*) = libc<int(const char*, const char*)>("rename");
  int (*link)(const char*, const char*) = libc<int(const char*, const char*)>("link");
  int (*unlink)(const char*) = libc<int(const char*)>("unlink");
  int (*mkdir)(const char*, mode_t) = libc<int(const char*, mode_t)>("mkdir");
  ssize_t (*send)(int, const void*, size_t, int) = libc<ssize_t(int, const void*, size_t, int)>("send");
  ssize_t (*sendmsg)(int, const msghdr*, int) = libc<ssize_t(int, const msghdr*, int)>("sendmsg");
  int (*clock_gettime)(clockid_t, timespec*) = libc<int(clockid_t, timespec*)>("clock_gettime");
};

[[nodiscard]] inline const Real& real() {
  static const Real functions;
  return functions;
}

}  // namespace holdfast::faults
