// The members of an entry that say of a call what is kept with its hold (05-receipts): for entries that are
// written when the request itself is gone, or never was here.
#pragma once

#include <string>

#include "approvals/hold.hpp"
#include "core/decision.hpp"
#include "core/json_text.hpp"

namespace holdfast::proxy {

// Members of a decision that are not kept with a hold, as JSON; empty: there are none.
struct DecisionTexts {
  std::string limits, labels, labels_seen;
};

// `call`, `agent`, `request` and `decision`.
[[nodiscard]] json::ObjectText call_members(const approvals::HeldCall& call, Effect effect,
                                            const DecisionTexts& texts = {});

// The `plan` member of a hold's authorize entry.
[[nodiscard]] std::string plan_text(const approvals::Hold& hold);

}  // namespace holdfast::proxy
