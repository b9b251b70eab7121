// What the previous run left open is closed before anything new begins: intents and authorize entries without
// a receipt get one, with the ending that the store has for the call or else `outcome_unknown`; holds without
// an ending get the one the log proves, whatever the store knew of their release; and endings that did not
// reach the log are recorded (03-calls "At boot"). Then store and log say the same of every call.
#pragma once

#include <filesystem>

#include "approvals/desk.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// The desk is not yet in use by another thread. When this returns well, everything it appended is durable, so
// the intent files may be opened, which clears them.
[[nodiscard]] Result<void> recover(const std::filesystem::path& data_dir, receipts::Log* log,
                                   approvals::Desk* desk, const approvals::Options& roster,
                                   const Clock& clock);

}  // namespace holdfast::app
