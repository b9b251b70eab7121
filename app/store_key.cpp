#include "app/store_key.hpp"

#include <fmt/format.h>

#include "crypto/keys.hpp"

namespace holdfast::app {
namespace {

StoreKeys keys_of(const Secret& seed) {
  return {crypto::SealKey::from_seed(seed), crypto::MarkKey::from_seed(seed)};
}

}  // namespace

Result<StoreKeys> load_store_keys(const std::filesystem::path& data_dir, approvals::ApprovalStore* store) {
  const auto found = crypto::load_key(data_dir, crypto::Purpose::store);
  if (!found) return fail(found.error());
  if (const auto& key = *found) return keys_of(key->seed());
  const auto sealed = store->with_request();
  if (!sealed) return fail(sealed.error());
  if (!sealed->empty()) {
    return fail(
        Code::not_found,
        fmt::format("{} is missing, and the requests of {} held calls in approvals.db are sealed with "
                    "it; put it back from a copy, or move approvals.db away to start without its holds",
                    crypto::key_path(data_dir, crypto::Purpose::store).string(), sealed->size()));
  }
  const auto made = crypto::make_key(data_dir, crypto::Purpose::store);
  if (!made) return fail(made.error());
  return keys_of(made->seed());
}

}  // namespace holdfast::app
