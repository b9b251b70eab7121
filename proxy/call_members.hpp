// The members of an entry that say of a call what is kept with its hold (05-receipts): for entries that are
// written when the request itself is gone, or never was here.
#pragma once

#include <string>

#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "core/json_text.hpp"

namespace holdfast::proxy {

// `call`, `agent`, `request` and `decision`, the latter with these `limits` unless that is empty.
[[nodiscard]] json::ObjectText call_members(const approvals::HeldCall& call, Effect effect,
                                            const std::string& limits = {});

// The `plan` member of a hold's authorize entry.
[[nodiscard]] std::string plan_text(const approvals::Hold& hold);

}  // namespace holdfast::proxy
