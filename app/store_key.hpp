// The key that seals what the approvals store keeps for us alone: <data_dir>/keys/store.key.
#pragma once

#include <filesystem>

#include "approvals/store.hpp"
#include "crypto/seal.hpp"

namespace holdfast::app {

// Made at the first start. Errors: not_found, when it is gone and something is sealed with it; those of
// crypto::load_key.
[[nodiscard]] Result<crypto::SealKey> load_store_key(const std::filesystem::path& data_dir,
                                                     approvals::ApprovalStore* store);

}  // namespace holdfast::app
