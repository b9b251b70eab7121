#include "receipts/reader.hpp"

#include "receipts/archive.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/verify.hpp"

namespace holdfast::receipts {
namespace {

class FolderReader final : public Reader {
 public:
  FolderReader(const Folder& folder, std::unique_ptr<Files> files, crypto::NoteKey key,
               std::string checkpoint, std::uint64_t size)
      : files_(std::move(files)),
        archive_(folder, files_.get()),
        key_(std::move(key)),
        checkpoint_(std::move(checkpoint)),
        size_(size) {}

  std::string checkpoint() const override { return checkpoint_; }
  std::string vkey() const override { return crypto::to_vkey(key_); }
  Result<Stored> find(std::string_view id) const override { return archive_.find(id, size_); }
  Result<std::string> proof(std::uint64_t index) const override {
    return archive_.prove(index, checkpoint_, key_);
  }
  Result<std::vector<Stored>> list(std::string_view call, std::size_t limit, bool all_kinds) const override {
    return archive_.list(call, limit, all_kinds, size_);
  }

 private:
  const std::unique_ptr<Files> files_;
  mutable Archive archive_;  // has its own lock
  const crypto::NoteKey key_;
  const std::string checkpoint_;
  const std::uint64_t size_;
};

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const std::filesystem::path& data_dir) {
  const Folder folder(data_dir);
  auto files = make_files();
  const auto vkey = read_vkey(data_dir);
  if (!vkey) return fail(vkey.error());
  auto key = crypto::parse_vkey(*vkey);
  if (!key)
    return fail(Code::corrupt, "the file " + folder.vkey.string() + " is damaged: " + key.error().detail);
  auto checkpoint = read_whole(*files, folder.checkpoint, 64 << 10);
  if (!checkpoint) return fail(checkpoint.error());
  const auto head = open_checkpoint(*checkpoint, *key);
  if (!head)
    return fail(Code::corrupt,
                "the checkpoint in " + folder.checkpoint.string() + ": " + head.error().detail);
  return std::make_unique<FolderReader>(folder, std::move(files), std::move(*key), std::move(*checkpoint),
                                        head->size);
}

Result<std::string> read_vkey(const std::filesystem::path& data_dir) {
  const Folder folder(data_dir);
  const auto files = make_files();
  auto vkey = read_line(*files, folder.vkey);
  if (!vkey && vkey.error().code == Code::not_found) {
    return fail(Code::not_found, "there is no receipt log in " + data_dir.string());
  }
  return vkey;
}

}  // namespace holdfast::receipts
