// What the files and folders under one root would go back to if the power went now: a model of the disk
// behind the kernel's cache. A file's bytes are on the disk after its sync, a name after its folder's. Not
// thread-safe; the layer's lock guards it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::faults {

class Unsynced {
 public:
  // `keep` is a folder beside the root, on its file system, for what was renamed over or removed.
  void begin(std::string keep) { keep_ = std::move(keep); }
  [[nodiscard]] bool remembers() const { return !keep_.empty(); }

  // Each is told before the operation is done.
  void writes(int fd, std::int64_t offset, std::int64_t bytes);
  void resizes(int fd, std::int64_t size);
  void creates(const std::string& path);
  void makes_folder(const std::string& path);
  void renames(const std::string& from, const std::string& to);
  void removes(const std::string& path);
  // After it was done.
  void synced(int fd);
  void folder_synced(const std::string& folder);

  // Takes it all back, or a part that `seed` chooses: of each file everything or single writes; of the names,
  // the newest ones.
  void lose(std::uint64_t seed);

 private:
  struct Disk {
    int fd = -1;  // our own, never closed: closing would drop SQLite's locks
    struct Write {
      std::int64_t offset, bytes;
      std::string before;
      std::int64_t size_before;
    };
    std::vector<Write> writes;
  };
  struct Name {
    enum class Did { created, made_folder, renamed, removed } did;
    std::string path, from, kept;
  };

  Disk& disk_of(int fd);
  void note(Disk& disk, std::int64_t offset, std::int64_t bytes);
  std::string keep_link(const std::string& path);
  static void lose_all(Disk& disk);
  static void lose_some(Disk& disk, std::uint64_t& random);
  void undo(const Name& name);

  std::string keep_;
  std::uint64_t kept_ = 0;
  std::map<std::uint64_t, Disk> disks_;  // by inode
  std::vector<Name> names_;
};

}  // namespace holdfast::faults
