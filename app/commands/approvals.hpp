// holdfast approvals: what waits for you, and your vote on it.
#pragma once

#include <string>

#include "app/options.hpp"

namespace holdfast::app {

struct ApprovalQuery {
  std::string status;  // empty: any
  int limit = 100;
  std::string cursor;
};

enum class Vote { approve, reject };

// Each returns the process's exit code.
[[nodiscard]] int list_approvals(const CommonOptions& options, const ApprovalQuery& query);
[[nodiscard]] int show_approval(const CommonOptions& options, const std::string& id);
// Fetches the hold, shows it, and sends the digest of what it showed: a vote on anything else is refused.
[[nodiscard]] int vote(const CommonOptions& options, Vote vote, const std::string& id,
                       const std::string& reason);

}  // namespace holdfast::app
