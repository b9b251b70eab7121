// Key files: one per purpose under <data_dir>/keys, 32 raw seed bytes, mode 0600, made once and never
// overwritten.
#pragma once

#include <filesystem>
#include <optional>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace holdfast::crypto {

// A key has one purpose, so that a signature made for one can never be taken for another.
// session: binds MCP sessions to agents. store: seals the requests of asynchronous calls.
enum class Purpose { log, session, store };

// <data_dir>/keys/log.ed25519 and so on.
[[nodiscard]] std::filesystem::path key_path(const std::filesystem::path& data_dir, Purpose purpose);

// Nothing when there is no file. Errors: corrupt (not 32 bytes), forbidden (group or others may read or write
// it), io. Each says what to do.
[[nodiscard]] Result<std::optional<SigningKey>> load_key(const std::filesystem::path& data_dir,
                                                         Purpose purpose);

// Makes the key and its file, durable on return. Error: conflict when a file is already there.
[[nodiscard]] Result<SigningKey> make_key(const std::filesystem::path& data_dir, Purpose purpose);

}  // namespace holdfast::crypto
