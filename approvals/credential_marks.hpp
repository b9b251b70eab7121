// What a vote keeps of the credential that cast it, so that it counts only as long as that is one of its
// approver's (03-calls "The states").
#pragma once

#include "approvals/options.hpp"
#include "crypto/mark.hpp"

namespace holdfast::approvals {

// Fills in the marks of everybody's credentials. With another key no vote that was cast before counts.
void mark_credentials(Options& options, const crypto::MarkKey& key);

}  // namespace holdfast::approvals
