// Files that fail, tear or stop at a chosen operation, over a model of the disk behind the kernel's cache:
// what was written is on it only after a sync, and a failed sync drops it and forgets, as Linux does. Nothing
// is really synced.
#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "receipts/files.hpp"

namespace holdfast::receipts {

enum class Fault {
  none,
  error,      // nothing is done: EIO
  no_space,   // nothing is done: ENOSPC
  torn,       // half of it is done, then EIO
  torn_full,  // half of it is done, then ENOSPC
  stop,       // nothing is done, and nothing ever after: the process is dead
  torn_stop,  // half of it is done, and nothing ever after
};

class FaultyFiles final : public Files {
 public:
  // The fault strikes once, at operation number `at` from now on, counted from 0.
  void arm(std::size_t at, Fault fault) {
    const std::scoped_lock lock(m_);
    left_ = at;
    fault_ = fault;
    struck_ = "";
  }
  // The operation that was struck; empty: none yet.
  [[nodiscard]] std::string struck() const {
    const std::scoped_lock lock(m_);
    return struck_;
  }
  // From now on no new blocks are to be had; what was preallocated still takes writes.
  void fill_disk(bool full) {
    const std::scoped_lock lock(m_);
    disk_full_ = full;
  }
  // Every file becomes what the disk has of it.
  void cut_power() {
    const std::scoped_lock lock(m_);
    for (auto& [inode, disk] : disks_) {
      const std::string_view bytes = disk->durable;
      const bool written = disk->file->resize(0) && disk->file->write(std::span(&bytes, 1), 0);
      static_cast<void>(written);
      disk->dirty.clear();
    }
  }

  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, Open how) override {
    if (how == Open::create) {
      const Fault fault = next("open");
      if (fault != Fault::none) return fail(error_of(fault));
    }
    if (how == Open::read) return real_->open(path, how);
    auto file = real_->open(path, how);
    if (!file) return fail(file.error());
    return std::make_unique<FaultyFile>(this, disk_of(path, std::move(*file)));
  }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    const Fault fault = next("rename");
    return fault == Fault::none ? real_->rename(from, to) : fail(error_of(fault));
  }
  Result<void> remove(const std::filesystem::path& path) override {
    const Fault fault = next("remove");
    return fault == Fault::none ? real_->remove(path) : fail(error_of(fault));
  }
  Result<void> sync_folder(const std::filesystem::path&) override {
    const Fault fault = next("sync");
    return fault == Fault::none ? Result<void>() : fail(error_of(fault));
  }

 private:
  struct Disk {
    std::unique_ptr<File> file;
    std::string durable;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> dirty;  // offset, bytes

    void save() {
      for (const auto& [offset, bytes] : dirty) {
        durable.resize(std::max<std::size_t>(durable.size(), offset + bytes), '\0');
        static_cast<void>(file->read(std::span(durable).subspan(offset, bytes), offset).has_value());
      }
      dirty.clear();
    }
  };

  class FaultyFile final : public File {
   public:
    FaultyFile(FaultyFiles* files, std::shared_ptr<Disk> disk) : files_(*files), disk_(std::move(disk)) {}

    Result<std::size_t> read(std::span<char> into, std::uint64_t offset) const override {
      return disk_->file->read(into, offset);
    }
    Result<std::uint64_t> size() const override { return disk_->file->size(); }

    Result<void> write(std::span<const std::string_view> pieces, std::uint64_t offset) override {
      std::string bytes;
      for (const std::string_view piece : pieces)
        bytes.append(piece);
      const Fault fault = files_.next("write");
      if (fault == Fault::error || fault == Fault::no_space || fault == Fault::stop)
        return fail(error_of(fault));
      if (fault != Fault::none) bytes.resize(bytes.size() / 2);
      const std::scoped_lock lock(files_.m_);
      disk_->dirty.emplace_back(offset, bytes.size());
      const std::string_view all = bytes;
      auto done = disk_->file->write(std::span(&all, 1), offset);
      return fault == Fault::none ? done : fail(error_of(fault));
    }
    Result<void> sync() override {
      const Fault fault = files_.next("sync");
      const std::scoped_lock lock(files_.m_);
      if (fault == Fault::none) {
        disk_->save();
        return {};
      }
      disk_->dirty.clear();
      return fail(error_of(fault));
    }
    Result<void> resize(std::uint64_t size) override {
      const Fault fault = files_.next("resize");
      if (fault != Fault::none) return fail(error_of(fault));
      const std::scoped_lock lock(files_.m_);
      disk_->durable.resize(size, '\0');
      std::erase_if(disk_->dirty, [&](const auto& range) { return range.first + range.second > size; });
      return disk_->file->resize(size);
    }
    Result<void> preallocate(std::uint64_t offset, std::uint64_t bytes) override {
      if (files_.is_full()) return fail(error_of(Fault::no_space));
      const Fault fault = files_.next("preallocate");
      if (fault != Fault::none) return fail(error_of(fault));
      const std::scoped_lock lock(files_.m_);
      disk_->durable.resize(std::max<std::size_t>(disk_->durable.size(), offset + bytes), '\0');
      return disk_->file->preallocate(offset, bytes);
    }

   private:
    FaultyFiles& files_;
    const std::shared_ptr<Disk> disk_;
  };

  std::shared_ptr<Disk> disk_of(const std::filesystem::path& path, std::unique_ptr<File> file) {
    struct stat status{};
    ::stat(path.c_str(), &status);
    const std::scoped_lock lock(m_);
    std::shared_ptr<Disk>& disk = disks_[status.st_ino];
    if (disk && status.st_size > 0) return disk;
    disk = std::make_shared<Disk>();  // a new file, or one met for the first time: all of it is on the disk
    disk->durable.resize(static_cast<std::size_t>(status.st_size));
    static_cast<void>(file->read(disk->durable, 0).has_value());
    disk->file = std::move(file);
    return disk;
  }

  bool is_full() {
    const std::scoped_lock lock(m_);
    return disk_full_;
  }
  Fault next(const char* operation) {
    const std::scoped_lock lock(m_);
    if (fault_ == Fault::none) return Fault::none;
    if (left_ > 0) {
      --left_;
      return Fault::none;
    }
    struck_ = operation;
    const Fault fault = fault_;
    const bool dead = fault == Fault::stop || fault == Fault::torn_stop;
    fault_ = dead ? Fault::stop : Fault::none;
    return fault;
  }
  static Error error_of(Fault fault) {
    const bool full = fault == Fault::no_space || fault == Fault::torn_full;
    return {full ? Code::unavailable : Code::io,
            full ? "no space left (by the test)" : "input/output error (by the test)"};
  }

  const std::unique_ptr<Files> real_ = make_files();
  mutable std::mutex m_;
  // Guarded by m_.
  std::size_t left_ = 0;
  Fault fault_ = Fault::none;
  const char* struck_ = "";
  bool disk_full_ = false;
  std::map<ino_t, std::shared_ptr<Disk>> disks_;
};

}  // namespace holdfast::receipts
