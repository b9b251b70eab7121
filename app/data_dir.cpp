#include "app/data_dir.hpp"

#include <fmt/format.h>

#include "config/config.hpp"
#include "crypto/keys.hpp"
#include "crypto/note.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"

namespace holdfast::app {

Result<receipts::Options> find_receipts(const CommonOptions& options) {
  const std::filesystem::path file = config::find_config(options.config);
  auto places = config::locate(file);
  if (!places) return fail(places.error());
  if (places->receipts.data_dir.empty()) {
    return fail(Code::malformed, fmt::format("{} has no data_dir", file.string()));
  }
  return std::move(places->receipts);
}

Result<std::string> find_vkey(const std::filesystem::path& data_dir) {
  const auto files = receipts::make_files();
  const receipts::Folder folder(data_dir);
  auto kept = receipts::read_line(*files, folder.vkey);
  if (kept || kept.error().code != Code::not_found) return kept;
  const auto origin = receipts::read_line(*files, folder.origin);
  auto found = crypto::load_key(data_dir, crypto::Purpose::log);
  if (!found) return fail(found.error());
  const std::optional<crypto::SigningKey> key = std::move(*found);
  if (!origin || !key) {
    return fail(Code::not_found,
                fmt::format("there is no key in {}: `holdfast keys init` or the first `holdfast run` "
                            "makes it",
                            data_dir.string()));
  }
  return crypto::to_vkey({*origin, key->public_key()});
}

}  // namespace holdfast::app
