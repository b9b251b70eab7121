// Calls that were on their way when the process ended get the receipt that it could not write any more.
//
// What became of one is known to nobody, and its receipt says `outcome_unknown`: unless the approvals store
// had learned its ending. The store is told at the same time as the log (proxy/release), and its answer is
// what the agent hears at the status URL, so the receipt must say the same. It says too that it was written
// afterwards
// (`outcome.recovered`), and has of the outcome only what the store kept.
#pragma once

#include <filesystem>

#include "approvals/desk.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// For recovery: the desk is not yet in use by another thread. Every authorize entry and every intent has a
// durable receipt when this returns well. Errors: of the log, and of a store that cannot be read: then nobody
// may say that the ending is unknown.
[[nodiscard]] Result<void> close_calls(const std::filesystem::path& data_dir, receipts::Log* log,
                                       const approvals::Desk& desk, const Clock& clock);

}  // namespace holdfast::app
