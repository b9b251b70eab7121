// The file operations the log is durable by. An interface because tests make each of them fail, tear or stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::receipts {

// An open file. Reads and writes name their offset, so threads may share it for reading.
class File {
 public:
  virtual ~File() = default;
  // Bytes read; fewer than asked only at the end of the file. Error: io.
  virtual Result<std::size_t> read(std::span<char> into, std::uint64_t offset) const = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
  // All the pieces one after the other, or an error: unavailable when the disk is full, io otherwise. After
  // an error any part of them may have been written.
  virtual Result<void> write(std::span<const std::string_view> pieces, std::uint64_t offset) = 0;
  virtual Result<void> sync() = 0;  // fdatasync
  virtual Result<void> resize(std::uint64_t size) = 0;
  // Zeros with blocks behind them. Errors: unavailable when the disk is full, io.
  virtual Result<void> preallocate(std::uint64_t offset, std::uint64_t bytes) = 0;
};

enum class Open { read, write, create };  // create: read and write, made if missing, mode 0600

class Files {
 public:
  virtual ~Files() = default;
  // Errors: not_found, unavailable (disk full), io.
  virtual Result<std::unique_ptr<File>> open(const std::filesystem::path& path, Open how) = 0;
  virtual Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Result<void> remove(const std::filesystem::path& path) = 0;  // fine when it is not there
  virtual Result<void> sync_folder(const std::filesystem::path& path) = 0;
};

// POSIX.
[[nodiscard]] std::unique_ptr<Files> make_files();

// The whole of a file of at most `limit` bytes. Errors: not_found, too_large, io.
[[nodiscard]] Result<std::string> read_whole(Files& files, const std::filesystem::path& path,
                                             std::size_t limit);

// Written beside, synced if `synced`, and renamed over. The folder is synced only if `synced`.
[[nodiscard]] Result<void> replace_whole(Files& files, const std::filesystem::path& path,
                                         std::string_view bytes, bool synced);

}  // namespace holdfast::receipts
