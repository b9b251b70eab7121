// What a log needs before it is read: its folders, its lock, its name and its key.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"
#include "receipts/options.hpp"

namespace holdfast::receipts {

// Held as long as the log is open; the kernel lets go of it when the process dies.
class Lock {
 public:
  explicit Lock(int fd) : fd_(fd) {}
  Lock(Lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  Lock& operator=(Lock&&) = delete;
  ~Lock();

 private:
  int fd_;
};

struct Home {
  Folder folder;
  Lock lock;
  std::string origin;
  crypto::SigningKey key;
};

// Makes what is missing of a log that has no entry yet, and nothing of one that has. Errors: unavailable
// (another instance, or no room), corrupt (the key or the name of an existing log is missing or another's),
// forbidden (the key's mode), malformed (the origin), io.
[[nodiscard]] Result<Home> open_home(const Options& options, Files* files);

// Keeps the vkey beside the log once its first commit is durable; from then on the log may not lose what it
// has.
[[nodiscard]] Result<void> note_vkey(Files& files, const Folder& folder, const std::string& vkey);

// The blob's file is named by its digest. Durable on return. "sha256:<hex>".
[[nodiscard]] Result<std::string> keep_blob(Files& files, const Folder& folder, std::string_view bytes);
// Errors: not_found, corrupt (not what its name says), malformed (no digest), io.
[[nodiscard]] Result<std::string> read_blob(Files& files, const Folder& folder, std::string_view digest);

}  // namespace holdfast::receipts
