#include "tests/faults/unsynced.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "tests/faults/real.hpp"

namespace holdfast::faults {
namespace {

std::int64_t size_of(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 ? status.st_size : 0;
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// xorshift64*
std::uint64_t next(std::uint64_t& random) {
  random ^= random >> 12U;
  random ^= random << 25U;
  random ^= random >> 27U;
  return (random * 0x2545F4914F6CDD1DULL) >> 33U;
}

void put(int fd, std::int64_t offset, const std::string& bytes) {
  if (!bytes.empty() && real().pwrite(fd, bytes.data(), bytes.size(), offset) < 0) _exit(99);
}

}  // namespace

Unsynced::Disk& Unsynced::disk_of(int fd) {
  struct stat status{};
  ::fstat(fd, &status);
  Disk& disk = disks_[status.st_ino];
  if (disk.fd < 0) {
    const std::string self = "/proc/self/fd/" + std::to_string(fd);
    disk.fd = real().open(self.c_str(), O_RDWR | O_CLOEXEC);
    disk.writes.clear();
  }
  return disk;
}

void Unsynced::note(Disk& disk, std::int64_t offset, std::int64_t bytes) {
  const std::int64_t size = size_of(disk.fd);
  std::string before(static_cast<std::size_t>(std::clamp<std::int64_t>(size - offset, 0, bytes)), '\0');
  const ssize_t got = ::pread(disk.fd, before.data(), before.size(), offset);
  before.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  disk.writes.push_back({offset, bytes, std::move(before), size});
}

void Unsynced::writes(int fd, std::int64_t offset, std::int64_t bytes) {
  if (remembers()) note(disk_of(fd), offset, bytes);
}

void Unsynced::resizes(int fd, std::int64_t size) {
  if (!remembers()) return;
  Disk& disk = disk_of(fd);
  note(disk, size, std::max<std::int64_t>(size_of(disk.fd) - size, 0));
}

void Unsynced::creates(const std::string& path) {
  if (remembers()) names_.push_back({Name::Did::created, path, {}, {}});
}

void Unsynced::makes_folder(const std::string& path) {
  if (remembers()) names_.push_back({Name::Did::made_folder, path, {}, {}});
}

void Unsynced::renames(const std::string& from, const std::string& to) {
  if (remembers()) names_.push_back({Name::Did::renamed, to, from, keep_link(to)});
}

void Unsynced::removes(const std::string& path) {
  if (!remembers()) return;
  std::string kept = keep_link(path);
  if (!kept.empty()) names_.push_back({Name::Did::removed, path, {}, std::move(kept)});
}

std::string Unsynced::keep_link(const std::string& path) {
  std::string kept = keep_ + "/" + std::to_string(++kept_);
  return real().link(path.c_str(), kept.c_str()) == 0 ? kept : std::string();
}

void Unsynced::synced(int fd) {
  if (remembers()) disk_of(fd).writes.clear();
}

void Unsynced::folder_synced(const std::string& folder) {
  std::erase_if(names_, [&](const Name& name) {
    if (folder_of(name.path) != folder) return false;
    if (!name.kept.empty()) real().unlink(name.kept.c_str());
    return true;
  });
}

void Unsynced::lose_all(Disk& disk) {
  for (auto write = disk.writes.rbegin(); write != disk.writes.rend(); ++write) {
    put(disk.fd, write->offset, write->before);
    if (real().ftruncate(disk.fd, write->size_before) != 0) _exit(99);
  }
}

// Single writes are missing, in whatever order the kernel wrote: old bytes stand there, or zeros where the
// file was shorter.
void Unsynced::lose_some(Disk& disk, std::uint64_t& random) {
  for (auto write = disk.writes.rbegin(); write != disk.writes.rend(); ++write) {
    if (next(random) % 2 == 0) continue;
    const std::int64_t end = std::min(write->offset + write->bytes, size_of(disk.fd));
    std::string bytes = write->before;
    bytes.resize(static_cast<std::size_t>(std::max<std::int64_t>(end - write->offset, 0)), '\0');
    put(disk.fd, write->offset, bytes);
  }
}

void Unsynced::undo(const Name& name) {
  switch (name.did) {
    case Name::Did::created:
      real().unlink(name.path.c_str());
      break;
    case Name::Did::made_folder:
      real().rename(name.path.c_str(), (keep_ + "/" + std::to_string(++kept_)).c_str());
      break;
    case Name::Did::renamed:
      real().rename(name.path.c_str(), name.from.c_str());
      break;
    case Name::Did::removed:
      break;
  }
  if (!name.kept.empty()) real().rename(name.kept.c_str(), name.path.c_str());
}

void Unsynced::lose(std::uint64_t seed) {
  std::uint64_t random = seed * 2 + 1;
  const bool everything = next(random) % 2 == 0;
  for (auto& [inode, disk] : disks_) {
    if (everything || next(random) % 2 == 0) {
      lose_all(disk);
    } else {
      lose_some(disk, random);
    }
  }
  // A journal keeps the order of names.
  const std::size_t stay = everything ? 0 : next(random) % (names_.size() + 1);
  for (std::size_t left = names_.size(); left > stay; --left)
    undo(names_[left - 1]);
}

}  // namespace holdfast::faults
