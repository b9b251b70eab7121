// Where the log's files are: the one place that knows their names.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"
#include "receipts/files.hpp"

namespace holdfast::receipts {

struct Folder {
  explicit Folder(const std::filesystem::path& data_dir)
      : data_dir(data_dir),
        root(data_dir / "log"),
        segments(root / "segments"),
        spare(segments / "spare"),
        hashes(root / "hashes"),
        checkpoint(root / "checkpoint"),
        origin(root / "origin"),
        vkey(root / "vkey"),
        blobs(root / "blobs"),
        lock(root / "lock") {}

  std::filesystem::path data_dir, root, segments, spare, hashes, checkpoint, origin, vkey, blobs, lock;
};

// A file that holds one line, without its line feed. Errors: not_found, corrupt, io.
[[nodiscard]] Result<std::string> read_line(Files& files, const std::filesystem::path& path);

}  // namespace holdfast::receipts
