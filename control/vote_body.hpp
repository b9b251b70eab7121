// What people and webhooks may write to us, read strictly: every member known, of its type, and once.
#pragma once

#include <string>
#include <string_view>

#include "approvals/hold.hpp"
#include "core/result.hpp"

namespace holdfast::control {

// Bodies are limited before anybody is authenticated (04-approvals).
inline constexpr std::size_t kMaxBody = 64 << 10;

struct VoteBody {
  std::string digest;
  std::string reason;
};

// {"digest":"sha256:...","reason":"..."}: the digest is required to approve; nothing else is. Error:
// malformed.
[[nodiscard]] Result<VoteBody> read_vote(std::string_view body, approvals::Act act);

// {"reason":"..."}, or nothing at all; at most 1 KiB. Error: malformed.
[[nodiscard]] Result<std::string> read_reason(std::string_view body);

struct CallbackBody {
  std::string hold;
  approvals::Act act = approvals::Act::reject;
  VoteBody vote;
};

// {"type":"approval.vote","data":{"approval_id","vote","digest","reason"}}, with the `timestamp` Standard
// Webhooks puts beside `type`, and `data.approver`, which must equal `approver` when it is there: a name in a
// body is never a credential. Error: malformed.
[[nodiscard]] Result<CallbackBody> read_callback(std::string_view body, std::string_view approver);

}  // namespace holdfast::control
