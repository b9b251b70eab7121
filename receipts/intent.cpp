#include "receipts/intent.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "core/errno_text.hpp"
#include "receipts/crc32c.hpp"
#include "receipts/wire.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::size_t kSlot = 256;
constexpr std::uint32_t kSlotsPerBlock = 4096;  // slot 0 of the first block is the header
constexpr std::size_t kBlock = kSlot * kSlotsPerBlock;
constexpr std::uint32_t kBlocks = 64;
constexpr std::uint32_t kFree = 0;
constexpr std::uint32_t kTaken = 1;
constexpr std::string_view kMagic = "holdfast intents";
constexpr std::size_t kCall = 36;
constexpr std::size_t kAgent = 72;
constexpr std::size_t kTool = 128;

std::string header() {
  std::string head(kMagic);
  put32(head, 1);
  put32(head, kSlot);
  head.resize(kSlot, '\0');
  return head;
}

// Cut before a character that would not fit whole.
std::string_view fitting(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text;
  while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xC0) == 0x80)
    --room;
  return text.substr(0, room);
}

using Slot = std::array<char, kSlot>;

void put(Slot& slot, std::size_t at, std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), slot.begin() + static_cast<std::ptrdiff_t>(at));
}

// A whole slot, its state apart.
Slot encode(std::string_view call, std::string_view agent, std::string_view tool, WallTime at) {
  agent = fitting(agent, kAgent);
  tool = fitting(tool, kTool);
  Slot slot{};
  put(slot, 8, view_of(little_endian(static_cast<std::uint64_t>(unix_milliseconds(at)))));
  put(slot, 16, fitting(call, kCall));
  slot[52] = static_cast<char>(agent.size());
  slot[53] = static_cast<char>(tool.size());
  put(slot, 56, agent);
  put(slot, 56 + kAgent, tool);
  put(slot, 4, view_of(little_endian(crc32c({slot.data() + 8, slot.size() - 8}))));
  return slot;
}

// A damaged slot is an intent without a call: that one was on its way is known, which one is not.
Intent decode(std::string_view slot) {
  const std::string_view body = slot.substr(8);
  const std::size_t agent = static_cast<unsigned char>(body[44]);
  const std::size_t tool = static_cast<unsigned char>(body[45]);
  if (get32(slot, 0) != kTaken || get32(slot, 4) != crc32c(body) || agent > kAgent || tool > kTool) return {};
  const auto at = static_cast<std::int64_t>(get64(body, 0));
  return {std::string(body.substr(8, kCall)), std::string(body.substr(48, agent)),
          std::string(body.substr(48 + kAgent, tool)), WallTime(Milliseconds(at))};
}

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  Fd& operator=(Fd&&) = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

class MappedIntents final : public IntentFile {
 public:
  MappedIntents(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  MappedIntents(const MappedIntents&) = delete;
  MappedIntents& operator=(const MappedIntents&) = delete;
  ~MappedIntents() override {
    for (std::uint32_t block = 0; block < count_; ++block)
      ::munmap(blocks_.at(block).load(), kBlock);
  }

  // One more block. Blocks are mapped apart and never move, so that clear() needs no lock.
  Result<void> grow() {
    if (count_ == kBlocks) return fail(Code::unavailable, "every slot of " + path_ + " is taken");
    const auto offset = static_cast<off_t>(count_ * kBlock);
    // Blocks on disk first: a store into a page that the full disk has no room for would kill the process.
    const int error = ::posix_fallocate(fd_.get(), offset, kBlock);
    if (error != 0) return fail(Code::unavailable, "cannot make room in " + path_ + ": " + errno_text(error));
    void* const memory = ::mmap(nullptr, kBlock, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), offset);
    if (memory == MAP_FAILED)
      return fail(Code::unavailable, "cannot map " + path_ + ": " + errno_text(errno));
    blocks_.at(count_).store(static_cast<char*>(memory), std::memory_order_release);
    ++count_;
    return {};
  }

  void write_header() { std::memcpy(blocks_.at(0).load(), header().data(), kSlot); }

  Result<std::uint32_t> record(std::string_view call, std::string_view agent, std::string_view tool,
                               WallTime now) override {
    const auto slot = free_slot();
    if (!slot) return slot;
    const Slot bytes = encode(call, agent, tool, now);
    std::memcpy(at(*slot) + 4, bytes.data() + 4, bytes.size() - 4);
    // Last: a process killed before this store has sent nothing.
    state(*slot).store(kTaken, std::memory_order_release);
    return slot;
  }

  void clear(std::uint32_t slot) override { state(slot).store(kFree, std::memory_order_release); }

 private:
  Result<std::uint32_t> free_slot() {
    const std::uint32_t slots = count_ * kSlotsPerBlock;
    for (std::uint32_t tried = 1; tried < slots; ++tried) {
      next_ = next_ + 1 < slots ? next_ + 1 : 1;
      if (state(next_).load(std::memory_order_acquire) == kFree) return next_;
    }
    auto grown = grow();
    if (!grown) return fail(grown.error());
    next_ = slots;
    return next_;
  }

  [[nodiscard]] char* at(std::uint32_t slot) const {
    char* const block = blocks_.at(slot / kSlotsPerBlock).load(std::memory_order_acquire);
    return block + (slot % kSlotsPerBlock) * kSlot;
  }

  [[nodiscard]] std::atomic_ref<std::uint32_t> state(std::uint32_t slot) const {
    return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(at(slot)));
  }

  const Fd fd_;
  const std::string path_;
  std::array<std::atomic<char*>, kBlocks> blocks_{};
  // Loop thread only.
  std::uint32_t count_ = 0;
  std::uint32_t next_ = 0;
};

std::filesystem::path folder_of(const std::filesystem::path& data_dir) {
  return data_dir / "intent";
}

bool is_intents(const std::filesystem::path& path) {
  return path.extension() == ".intents";
}

Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator items(folder, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  for (; !error && items != std::filesystem::directory_iterator(); items.increment(error)) {
    if (is_intents(items->path())) files.push_back(items->path());
  }
  if (error) return fail(Code::io, "cannot list " + folder.string() + ": " + error.message());
  return files;
}

// Files of loops that this run does not have would be reported again at every start.
void remove_unused(const std::filesystem::path& folder) {
  const auto files = files_in(folder);
  if (!files) return;
  for (const auto& path : *files) {
    const Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (fd.get() >= 0 && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
  }
}

Result<void> read_slots(const std::filesystem::path& path, std::vector<Intent>& found) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return fail(Code::io, "cannot open " + path.string() + ": " + errno_text(errno));
  std::string slot(kSlot, '\0');
  for (off_t offset = 0;; offset += static_cast<off_t>(kSlot)) {
    const ssize_t got = ::pread(fd.get(), slot.data(), slot.size(), offset);
    if (got < 0) return fail(Code::io, "cannot read " + path.string() + ": " + errno_text(errno));
    if (got < static_cast<ssize_t>(kSlot)) return {};
    // A file that was made but whose header was not written yet holds no intent.
    if (offset == 0 && slot != header() && slot.find_first_not_of('\0') != std::string::npos)
      found.emplace_back();
    if (offset > 0 && get32(slot, 0) != kFree) found.push_back(decode(slot));
  }
}

}  // namespace

Result<std::unique_ptr<IntentFile>> IntentFile::open(const std::filesystem::path& data_dir, int loop) {
  const std::filesystem::path folder = folder_of(data_dir);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Code::io, "cannot make the folder " + folder.string() + ": " + error.message());
  remove_unused(folder);
  const std::string path = (folder / (std::to_string(loop) + ".intents")).string();
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (fd.get() < 0) return fail(Code::io, "cannot open " + path + ": " + errno_text(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Code::unavailable, "another holdfast is using " + path);
  if (::ftruncate(fd.get(), 0) != 0) return fail(Code::io, "cannot clear " + path + ": " + errno_text(errno));
  auto file = std::make_unique<MappedIntents>(std::move(fd), path);
  auto grown = file->grow();
  if (!grown) return fail(grown.error());
  file->write_header();
  return file;
}

Result<std::vector<Intent>> left_intents(const std::filesystem::path& data_dir) {
  const auto files = files_in(folder_of(data_dir));
  if (!files) return fail(files.error());
  std::vector<Intent> found;
  for (const auto& path : *files) {
    auto read = read_slots(path, found);
    if (!read) return fail(read.error());
  }
  return found;
}

}  // namespace holdfast::receipts
