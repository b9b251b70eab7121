// Room that calls of the previous run took from limits, of which the store does not know whether they were
// sent: the log knows.
#pragma once

#include "approvals/desk.hpp"
#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// For recovery, when every authorize entry has its receipt. What certainly was not sent gives its room back;
// everything else stays taken. Errors: of the log, and of a store that cannot be read.
[[nodiscard]] Result<void> settle_spends(const receipts::Log& log, approvals::Desk* desk);

}  // namespace holdfast::app
