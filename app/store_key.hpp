// The keys of what the approvals store keeps for us alone, both of <data_dir>/keys/store.key.
#pragma once

#include <filesystem>

#include "approvals/store.hpp"
#include "crypto/mark.hpp"
#include "crypto/seal.hpp"

namespace holdfast::app {

struct StoreKeys {
  crypto::SealKey seal;   // of requests
  crypto::MarkKey marks;  // of the credentials that votes are cast by
};

// Made at the first start; with another, votes that were cast before count no more. Errors: not_found, when
// it is gone and something is sealed with it; those of crypto::load_key.
[[nodiscard]] Result<StoreKeys> load_store_keys(const std::filesystem::path& data_dir,
                                                approvals::ApprovalStore* store);

}  // namespace holdfast::app
