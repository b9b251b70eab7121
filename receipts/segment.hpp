// Segment files: a header, then frames of entries and commits (docs/receipt-log-format.md, which fixes every
// byte).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "receipts/files.hpp"
#include "receipts/merkle.hpp"

namespace holdfast::receipts {

inline constexpr std::uint64_t kSegmentHeader = 64;
inline constexpr std::uint64_t kFrameHeader = 12;

enum class Frame : std::uint32_t { entry = 1, commit = 2 };  // do not change

// What a commit frame says of the log so far.
struct Commit {
  bool clean = false;         // the process ended in order here
  std::uint64_t size = 0;     // entries
  std::uint64_t hashes = 0;   // so many entries' hashes are durable in the file `hashes`
  std::uint64_t settled = 0;  // no authorize entry before this index awaits its receipt
  Hash root{};
  std::vector<Hash> edge;
  std::string checkpoint;  // the newest signed before this commit; empty in the first
};

[[nodiscard]] std::string segment_header(std::uint64_t first, std::string_view origin);
[[nodiscard]] bool is_segment_header(std::string_view bytes, std::uint64_t first, std::string_view origin);

void append_frame(std::string& out, Frame type, std::string_view payload);
[[nodiscard]] std::string encode(const Commit& commit);
[[nodiscard]] Result<Commit> decode_commit(std::string_view payload);

// The folder of segments, in order: <first index, 20 digits>.seg.
[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t first);
[[nodiscard]] Result<std::vector<std::uint64_t>> list_segments(const std::filesystem::path& folder);

// Steps through the frames of a file, a buffer at a time. One thread.
class FrameReader {
 public:
  static constexpr std::size_t kMany = 256 << 10;  // bytes
  static constexpr std::size_t kOne = 2 << 10;     // a usual frame; a longer one is read again, whole

  FrameReader(const File* file, std::uint64_t offset, std::size_t at_once = kMany)
      : file_(file), at_once_(at_once), offset_(offset), next_(offset) {}

  enum class Step { frame, end, damaged, failed };
  // damaged: the bytes here are no frame. failed: the file cannot be read; error() says why.
  Step next();

  // Of the current frame.
  [[nodiscard]] Frame type() const { return type_; }
  [[nodiscard]] std::uint64_t offset() const { return offset_; }       // where it begins
  [[nodiscard]] std::uint64_t end_offset() const { return next_; }     // where the next one does
  [[nodiscard]] std::string_view payload() const { return payload_; }  // until the next step
  [[nodiscard]] bool intact() const;                                   // its checksum fits
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  bool fill(std::uint64_t offset, std::size_t bytes);  // false: not that many, or error_ set
  [[nodiscard]] std::string_view at(std::uint64_t offset, std::size_t bytes) const;

  const File* const file_;
  const std::size_t at_once_;
  std::uint64_t offset_;
  std::uint64_t next_;
  Frame type_ = Frame::entry;
  std::string_view head_;
  std::string_view payload_;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
  Error error_{Code::io, ""};
};

}  // namespace holdfast::receipts
