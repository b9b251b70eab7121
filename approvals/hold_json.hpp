// A hold as others read it. What only the store, the agent or the digest may know (nonce, match key, handle,
// stored response) never appears.
#pragma once

#include <cstdint>
#include <string>

#include "approvals/hold.hpp"
#include "approvals/notifier.hpp"

namespace holdfast::approvals {

// Object A of 09-interfaces. A row of a list leaves the body out and says so (`body_omitted`): lists are made
// for many holds at once, and a body may have a mebibyte. Nor has a row what the tool's `redact:` names
// (`redacted` says so): nobody decides on a row. Whoever asks for one hold sees all that is approved.
enum class Detail : std::uint8_t { row, whole };
[[nodiscard]] std::string to_api_json(const Hold& hold, Detail detail = Detail::whole);

// The answer to a callback: status, approvals, pending_approvers (04-approvals).
[[nodiscard]] std::string to_callback_json(const Hold& hold);

// `approval.requested`, `approval.resolved`, `call.completed`.
[[nodiscard]] std::string_view event_name(Event event);

// The body of a notification to one approver, without what the tool redacts. That of `requested` has only
// what is fixed when the hold is made: it is the same, byte for byte, whenever it is sent again. control_url:
// no slash at the end.
[[nodiscard]] std::string notification_json(Event event, const Hold& hold, const std::string& approver,
                                            const std::string& control_url);

}  // namespace holdfast::approvals
