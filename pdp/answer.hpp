// What is said to those who ask. The members are those of docs/ask-only.md; they change only by adding.
#pragma once

#include <string>
#include <string_view>

#include "pdp/plane.hpp"
#include "pdp/settle.hpp"

namespace holdfast::pdp {

// A problem document (RFC 9457) whose `reason_code` is the name of an ending (law 6).
[[nodiscard]] Response problem(int status, Ending reason, std::string_view detail);

// To POST /v1/check. 200 also for a no: the question was answered. 503 when it could not be.
[[nodiscard]] Response check_answer(const Verdict& verdict);
// To GET /v1/check/<id>.
[[nodiscard]] Response state_answer(const approvals::Hold& hold);
[[nodiscard]] Response consumed_answer(const approvals::Hold& hold, WallTime report_by);
[[nodiscard]] Response outcome_answer(std::string_view call_id, std::string_view receipt_id, Ending ending);

// The hold of this id, if it is of a described call; another is as unknown as one that is not there. Errors:
// not_found, and those of the store.
net::task<Result<approvals::HoldPtr>> find_check(proxy::Shared* shared, std::string id);

}  // namespace holdfast::pdp
