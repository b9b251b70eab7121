#include "receipts/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "receipts/crc32c.hpp"
#include "receipts/entry.hpp"
#include "receipts/wire.hpp"

namespace holdfast::receipts {
namespace {

using crypto::bytes_of;

constexpr std::string_view kMagic = "holdfast segment";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kClean = 1;
constexpr std::size_t kCommitHead = 72;
constexpr std::size_t kLargestCheckpoint = 4096;
constexpr std::size_t kLargestCommit = kCommitHead + 64 * sizeof(Hash) + kLargestCheckpoint;

Hash hash_at(std::string_view bytes, std::size_t offset) {
  Hash hash;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), hash.size(), hash.begin());
  return hash;
}

std::size_t largest(std::uint32_t type) {
  if (type == static_cast<std::uint32_t>(Frame::entry)) return kLargestEntry;
  if (type == static_cast<std::uint32_t>(Frame::commit)) return kLargestCommit;
  return 0;
}

}  // namespace

std::string segment_header(std::uint64_t first, std::string_view origin) {
  std::string head(kMagic);
  put32(head, kVersion);
  put32(head, 0);
  put64(head, first);
  head.append(bytes_of(crypto::sha256(origin)));
  return head.replace(20, 4, view_of(little_endian(crc32c(head))));
}

bool is_segment_header(std::string_view bytes, std::uint64_t first, std::string_view origin) {
  return bytes == segment_header(first, origin);
}

void append_frame(std::string& out, Frame type, std::string_view payload) {
  const std::size_t begin = out.size();
  put32(out, static_cast<std::uint32_t>(payload.size()));
  put32(out, static_cast<std::uint32_t>(type));
  put32(out, crc32c(std::string_view(out).substr(begin), payload));
  out.append(payload);
}

std::string encode(const Commit& commit) {
  std::string out;
  put32(out, kVersion);
  put32(out, commit.clean ? kClean : 0);
  put64(out, commit.size);
  put64(out, commit.hashes);
  put64(out, commit.settled);
  out.append(bytes_of(commit.root));
  put32(out, static_cast<std::uint32_t>(commit.edge.size()));
  put32(out, static_cast<std::uint32_t>(commit.checkpoint.size()));
  for (const Hash& hash : commit.edge)
    out.append(bytes_of(hash));
  return out.append(commit.checkpoint);
}

Result<Commit> decode_commit(std::string_view payload) {
  if (payload.size() < kCommitHead || get32(payload, 0) != kVersion || get32(payload, 4) > kClean) {
    return fail(Code::corrupt, "a commit frame is not of version 1");
  }
  Commit commit;
  commit.clean = get32(payload, 4) == kClean;
  commit.size = get64(payload, 8);
  commit.hashes = get64(payload, 16);
  commit.settled = get64(payload, 24);
  commit.root = hash_at(payload, 32);
  const std::size_t edge = get32(payload, 64);
  const std::size_t checkpoint = get32(payload, 68);
  if (edge > 64 || checkpoint > kLargestCheckpoint ||
      payload.size() != kCommitHead + edge * sizeof(Hash) + checkpoint) {
    return fail(Code::corrupt, "a commit frame's lengths do not fit together");
  }
  for (std::size_t i = 0; i < edge; ++i)
    commit.edge.push_back(hash_at(payload, kCommitHead + i * sizeof(Hash)));
  commit.checkpoint = payload.substr(kCommitHead + edge * sizeof(Hash));
  return commit;
}

std::filesystem::path segment_path(const std::filesystem::path& folder, std::uint64_t first) {
  return folder / fmt::format("{:020}.seg", first);
}

Result<std::vector<std::uint64_t>> list_segments(const std::filesystem::path& folder) {
  std::vector<std::uint64_t> firsts;
  std::error_code error;
  std::filesystem::directory_iterator items(folder, error);
  for (; !error && items != std::filesystem::directory_iterator(); items.increment(error)) {
    const std::string name = items->path().filename().string();
    std::uint64_t first = 0;
    if (name.size() != 24 || !name.ends_with(".seg")) continue;
    if (std::from_chars(name.data(), name.data() + 20, first).ptr == name.data() + 20)
      firsts.push_back(first);
  }
  if (error) return fail(Code::io, "cannot list " + folder.string() + ": " + error.message());
  std::sort(firsts.begin(), firsts.end());
  return firsts;
}

FrameReader::Step FrameReader::next() {
  error_.detail.clear();
  offset_ = next_;
  if (!fill(offset_, kFrameHeader)) return error_.detail.empty() ? Step::end : Step::failed;
  const std::uint32_t length = get32(at(offset_, kFrameHeader), 0);
  const std::uint32_t type = get32(at(offset_, kFrameHeader), 4);
  if (length == 0 && type == 0) return Step::end;
  if (length == 0 || length > largest(type)) return Step::damaged;
  if (!fill(offset_, kFrameHeader + length)) return error_.detail.empty() ? Step::damaged : Step::failed;
  type_ = static_cast<Frame>(type);
  head_ = at(offset_, kFrameHeader);
  payload_ = at(offset_ + kFrameHeader, length);
  next_ = offset_ + kFrameHeader + length;
  return Step::frame;
}

bool FrameReader::intact() const {
  return get32(head_, 8) == crc32c(head_.substr(0, 8), payload_);
}

bool FrameReader::fill(std::uint64_t offset, std::size_t bytes) {
  if (offset >= buffer_offset_ && offset + bytes <= buffer_offset_ + buffer_.size()) return true;
  buffer_.resize(std::max(at_once_, bytes));
  buffer_offset_ = offset;
  const auto got = file_->read(buffer_, offset);
  if (!got) error_ = got.error();
  buffer_.resize(got.value_or(0));
  return buffer_.size() >= bytes;
}

std::string_view FrameReader::at(std::uint64_t offset, std::size_t bytes) const {
  return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - buffer_offset_), bytes);
}

}  // namespace holdfast::receipts
